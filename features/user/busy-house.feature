Feature: A busy house
  Checking a password is slow on purpose. When too many are to be checked, people are told to come back, and nobody
  waits in line for ever.

  Background:
    Given a house in production
    And Ada has registered

  Rule: Whoever needs a password checked or kept is asked to come back

    Scenario: Logging in
      Given everybody logs in at once
      When Ada logs in
      Then she is refused because the house is too busy

    Scenario: Logging in, a little later
      Given everybody logs in at once
      And Ada has been turned away
      And the crowd has gone
      When Ada logs in
      Then she is logged in

    Scenario: Registering
      Given everybody logs in at once
      When Grace registers
      Then Grace is refused because the house is too busy
      And only Ada has an account
      And no letter reaches Grace

    Scenario: Letting somebody in with a password
      Given everybody logs in at once
      When the administrator lets Grace in with a password, a name and an age
      Then they are refused because the house is too busy
      And only Ada has an account

    Scenario: Resetting
      Given Ada holds a reset token
      And everybody logs in at once
      When Ada resets her password
      Then she is refused because the house is too busy

    Scenario: The token is still good a little later
      Given Ada holds a reset token
      And everybody logs in at once
      And Ada has tried her token and been turned away
      And the crowd has gone
      When Ada resets her password
      Then she can log in

    Scenario: Changing a password
      Given Ada has logged in
      And everybody logs in at once
      When Ada changes her password
      Then she is refused because the house is too busy
      And she is logged in

  Rule: Being turned away is not a wrong password

    Scenario: Logging in
      Given everybody logs in at once
      And Ada has been turned away 30 times
      And the crowd has gone
      When Ada logs in
      Then she is logged in

    Scenario: Resetting
      Given Ada holds a reset token
      And everybody logs in at once
      And Ada has tried her token and been turned away 30 times
      And the crowd has gone
      When Ada resets her password
      Then she can log in

    Scenario: Changing the address
      Given Ada has logged in
      And everybody logs in at once
      And Ada has tried to move and been turned away 30 times
      And the crowd has gone
      When Ada moves to "lovelace@example.com" with her current password
      Then her record shows the address "lovelace@example.com"

  Rule: Whoever is in does not notice

    Scenario: A session goes on
      Given Ada has logged in
      When everybody logs in at once
      Then Ada is logged in
      And her record shows what she gave

    Scenario: Letting somebody in by the address alone
      Given everybody logs in at once
      When the administrator lets Grace in by her address alone
      Then Grace has an account
