Feature: License files for offline use
  An application fetches a license file while it is online and runs offline with it. The file is for one machine and a
  limited time, and verifying it takes no server.

  Rule: A file is valid on its machine until it expires

    Background:
      Given a production server that issues license files
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

    Scenario: A week by default
      Given the application on her laptop has fetched a license file
      When 7 days less 1 second pass
      Then the software runs offline on her laptop

    Scenario: Never longer than the license
      Given 28 days pass
      And the application on her laptop has fetched a license file
      When 2 days pass
      Then the software does not run offline on her laptop

    Scenario: Not longer than the configured maximum
      When the application on Ada's laptop fetches a license file for 31 days
      Then she is rejected because the terms are invalid

    Scenario: The clock of the machine is behind
      Given the application on her laptop has fetched a license file
      When the clock of her laptop is 30 seconds behind
      Then the software runs offline on her laptop

    Scenario: On another machine
      Given the application on her laptop has fetched a license file
      Then the software does not run offline on her phone with the file of her laptop

  Rule: Only a valid license gets a file

    Background:
      Given a production server that issues license files
      And Ada has registered
      And Ada holds a license:
        | machines | 2       |
        | runs for | 30 days |
        | grace    | 5 days  |
      And Ada's laptop is activated

    Scenario: A machine that is not activated
      When the application on Ada's phone fetches a license file
      Then she is rejected because the machine must be activated first

    Scenario Outline: A license that is <state>
      Given her license has been <state>
      When the application on Ada's laptop fetches a license file
      Then she is rejected because the state of the license forbids it

      Examples:
        | state     |
        | suspended |
        | revoked   |

    Scenario: A license in grace
      When 30 days pass
      And the application on Ada's laptop fetches a license file
      Then she is rejected because the state of the license forbids it

    Scenario: A license that is over
      When 35 days pass
      And the application on Ada's laptop fetches a license file
      Then she is rejected because the state of the license forbids it

  Rule: Key rotation keeps issued files valid

    Background:
      Given a production server that issues license files
      And Ada has registered
      And Ada holds a license
      And Ada's laptop is activated

    Scenario: A file from before
      Given the application on her laptop has fetched a license file
      When the operator rotates the keys
      Then the published keys verify the file of her laptop

    Scenario: A file from after
      Given the operator rotates the keys
      And 10 minutes pass
      When the application on Ada's laptop fetches a license file
      Then the published keys verify the file of her laptop

    Scenario: A file from before, in its last second
      Given the application on her laptop has fetched a license file for 20 days
      And the operator rotates the keys
      When 20 days less 1 second pass
      Then the published keys verify the file of her laptop

  Rule: License files require a configured secret

    Scenario: No secret is configured
      Given a production server
      And Ada has registered
      And Ada holds a license
      And Ada's laptop is activated
      When the application on Ada's laptop fetches a license file
      Then she is rejected because license files are unavailable
