Feature: Leaving
  An account can be removed for good, by its owner or by the administrator.

  Background:
    Given a house in production
    And Ada has registered
    And Ada has logged in on her laptop and on her phone

  Rule: Who leaves is gone

    Scenario: Nobody is on the list
      When Ada leaves
      Then nobody has an account

    Scenario: The sessions end
      When Ada leaves
      Then she is logged out on her laptop
      And she is logged out on her phone

    Scenario: The password opens nothing
      When Ada leaves
      Then she cannot log in

    Scenario: The administrator may remove somebody
      When the administrator removes Ada
      Then nobody has an account
      And Ada is logged out on her phone

    Scenario: Once is enough
      Given Ada has left
      When the administrator removes Ada
      Then they are refused because there is no such person

  Rule: The address is free again

    Scenario: Somebody else comes with it
      Given Ada has left
      When Grace registers as "ada@example.com"
      Then Grace can log in

    Scenario: Old sessions do not open the new account
      Given Ada has left
      When Grace registers as "ada@example.com"
      Then Ada is logged out on her laptop

  Rule: Nobody removes somebody else

    Scenario: Not Mallory
      Given Mallory has registered and logged in
      When Mallory removes Ada
      Then Mallory is refused because it is for the administrator to do
      And Ada can log in

    Scenario: Not a stranger
      When a stranger removes Ada
      Then they are refused because the house does not know who is asking
      And Ada can log in
