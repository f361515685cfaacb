Feature: Working offline
  An application fetches a license file while it is online, and runs with it on a plane. The file is for one machine and
  one stretch of time, and nobody needs the house to check it.

  Rule: A file lets its machine run until it ends

    Background:
      Given a house that sells licenses
      And Ada has registered
      And Ada holds a license:
        | machines | 2       |
        | runs for | 30 days |
      And Ada's laptop and her phone are activated

    Scenario: On the plane
      Given the application on her laptop has fetched a license file for 2 days
      When 2 days less 1 second pass
      Then the software runs offline on her laptop

    Scenario: After a long flight
      Given the application on her laptop has fetched a license file for 2 days
      When 2 days pass
      Then the software does not run offline on her laptop

    Scenario: A week, where nobody asks for anything else
      Given the application on her laptop has fetched a license file
      When 7 days less 1 second pass
      Then the software runs offline on her laptop

    Scenario: Never longer than the license
      Given 28 days pass
      And the application on her laptop has fetched a license file
      When 2 days pass
      Then the software does not run offline on her laptop

    Scenario: Not longer than the house allows
      When the application on Ada's laptop fetches a license file for 31 days
      Then she is refused because the terms are against the rules

    Scenario: On another machine
      Given the application on her laptop has fetched a license file
      Then the software does not run offline on her phone with the file of her laptop

  Rule: Only a license that is valid now gets a file

    Background:
      Given a house that sells licenses
      And Ada has registered
      And Ada holds a license:
        | machines | 2       |
        | runs for | 30 days |
        | grace    | 5 days  |
      And Ada's laptop is activated

    Scenario: A machine that is not activated
      When the application on Ada's phone fetches a license file
      Then she is refused because the machine must be activated first

    Scenario Outline: A license that is <state>
      Given her license has been <state>
      When the application on Ada's laptop fetches a license file
      Then she is refused because its license does not allow it now

      Examples:
        | state     |
        | suspended |
        | revoked   |

    Scenario: A license in grace
      When 30 days pass
      And the application on Ada's laptop fetches a license file
      Then she is refused because its license does not allow it now

    Scenario: A license that is over
      When 35 days pass
      And the application on Ada's laptop fetches a license file
      Then she is refused because its license does not allow it now

  Rule: New keys leave old files good

    Background:
      Given a house that sells licenses
      And Ada has registered
      And Ada holds a license
      And Ada's laptop is activated

    Scenario: A file from before
      Given the application on her laptop has fetched a license file
      When the operator rotates the keys
      Then the keys that the house shows open the file of her laptop

    Scenario: A file from after
      Given the operator rotates the keys
      When the application on Ada's laptop fetches a license file
      Then the keys that the house shows open the file of her laptop

    Scenario: A file from before, in its last second
      Given the application on her laptop has fetched a license file for 20 days
      And the operator rotates the keys
      When 20 days less 1 second pass
      Then the keys that the house shows open the file of her laptop

  Rule: A house without a secret gives out no files

    Scenario: Nobody set one
      Given a house in production
      And Ada has registered
      And Ada holds a license
      And Ada's laptop is activated
      When the application on Ada's laptop fetches a license file
      Then she is refused because no license file is to be had
