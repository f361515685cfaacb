Feature: Issuing licenses
  A vendor issues a license in one request. By default it begins now, has no end and no limit of machines.

  Background:
    Given a production server
    And Ada and Bob have registered

  Rule: Administrators issue licenses, and owners read them

    Scenario: Without any terms
      When the administrator issues a license to Ada
      Then Ada's license is active
      And the software runs for Ada

    Scenario: Two licenses have two keys
      When the administrator issues a license to Ada
      And the administrator issues a license to Bob
      Then no two of them have the same key

    Scenario: The owner sees it
      Given Ada holds a license
      And Ada has logged in
      Then Ada sees her license

    Scenario: Another user does not
      Given Ada holds a license
      And Bob has logged in
      When Bob reads Ada's license
      Then he is rejected because access is denied

    Scenario: An anonymous client does not
      Given Ada holds a license
      When an anonymous client reads Ada's license
      Then they are rejected because authentication is required

    Scenario: Users cannot issue licenses
      Given Ada has logged in
      When Ada issues a license to Ada
      Then she is rejected because access is denied

    Scenario: The user is unknown
      When the administrator issues a license to an unknown user
      Then they are rejected because there is no such user

    Scenario: Invalid terms
      When the administrator issues a license of 400 days of grace to Ada
      Then they are rejected because the terms are invalid

  Rule: Licenses that end soon are listed, the nearest end first

    Scenario: Renewals to come
      Given Ada holds a license:
        | runs for | 20 days |
      And Bob holds a license:
        | runs for | 10 days |
      Then of the licenses that end within 30 days the list shows "Bob, Ada"
      And of the licenses that end within 15 days the list shows "Bob"

  Rule: Deleting a user deletes the licenses

    Scenario: The owner deletes the account
      Given Ada holds a license
      And Ada's laptop is activated
      And Ada has logged in
      When she deletes her account
      Then there is no license any more
      And the software does not run for Ada because the key is unknown
