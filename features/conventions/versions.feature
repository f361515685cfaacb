Feature: Versions
  A change may name the version that it was made for. If the user or the license has changed since, nothing is overwritten.

  Background:
    Given a production server
    And Ada has registered and logged in

  Rule: A change of an earlier version is rejected

    Scenario: Ada changes her name while an administrator edits it
      Given the administrator has read Ada's record
      And Ada has changed her name to "Ada King"
      When the administrator changes the name of the version of Ada they read to "Ada Byron"
      Then they are rejected because it was changed in the meantime
      And Ada's record shows the name "Ada King"

    Scenario: Nothing has changed
      Given the administrator has read Ada's record
      When the administrator changes the name of the version of Ada they read to "Ada Byron"
      Then Ada's record shows the name "Ada Byron"

    Scenario: A login changes no version
      Given the administrator has read Ada's record
      And Ada has logged in on her phone
      When the administrator changes the name of the version of Ada they read to "Ada Byron"
      Then Ada's record shows the name "Ada Byron"

    Scenario: Two administrators save the same form
      Given the administrator has read Ada's record
      When the administrator changes the name of the version of Ada they read to "Ada Byron" and to "Ada King" at the same time
      Then one of them is rejected because it was changed in the meantime

    Scenario: An account is deleted
      Given the administrator has read Ada's record
      And Ada has changed her name to "Ada King"
      When the administrator deletes the version of Ada they read
      Then they are rejected because it was changed in the meantime
      And Ada has an account

  Rule: The same holds for a license

    Background:
      Given Ada holds a license:
        | runs for | 30 days |
      And the administrator has read Ada's license

    Scenario: It was suspended in the meantime
      Given her license has been suspended
      When the administrator revokes the version of Ada's license they read
      Then they are rejected because it was changed in the meantime
      And Ada's license is suspended

    Scenario: A machine was activated in the meantime
      Given her laptop is activated
      When the administrator suspends the version of Ada's license they read
      Then they are rejected because it was changed in the meantime
      And the software runs for Ada

    Scenario: A validation changes no version
      Given the software runs for Ada
      When the administrator suspends the version of Ada's license they read
      Then Ada's license is suspended
