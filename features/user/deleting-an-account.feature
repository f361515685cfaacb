Feature: Deleting an account
  The owner or an administrator deletes an account permanently.

  Background:
    Given a production server
    And Ada has registered
    And Ada has logged in on her laptop and on her phone

  Rule: The account and its sessions are deleted

    Scenario: The account is not listed
      When Ada deletes her account
      Then there are no accounts

    Scenario: The sessions end
      When Ada deletes her account
      Then she is logged out on her laptop
      And she is logged out on her phone

    Scenario: The password is no longer valid
      When Ada deletes her account
      Then she cannot log in

    Scenario: An administrator deletes a user
      When the administrator deletes Ada's account
      Then there are no accounts
      And Ada is logged out on her phone

    Scenario: Once is enough
      Given Ada has deleted her account
      When the administrator deletes Ada's account
      Then they are rejected because there is no such user

  Rule: The address becomes available

    Scenario: Another person registers it
      Given Ada has deleted her account
      When Grace registers as "ada@example.com"
      Then Grace can log in

    Scenario: Old sessions do not belong to the new account
      Given Ada has deleted her account
      When Grace registers as "ada@example.com"
      Then Ada is logged out on her laptop

  Rule: Users delete their own account only

    Scenario: Not Mallory
      Given Mallory has registered and logged in
      When Mallory deletes Ada's account
      Then Mallory is rejected because access is denied
      And Ada can log in

    Scenario: Not an anonymous client
      When an anonymous client deletes Ada's account
      Then they are rejected because authentication is required
      And Ada can log in
