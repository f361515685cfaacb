Feature: Activating machines
  A license with a limit gives each machine one seat, up to the limit.

  Background:
    Given a production server
    And Ada and Bob have registered

  Rule: A machine takes one seat

    Background:
      Given Ada holds a license:
        | machines | 2 |

    Scenario: The first machine
      When Ada activates her laptop
      Then it is a new activation
      And the software runs on her laptop

    Scenario: The same machine again
      Given her laptop is activated
      When Ada activates her laptop
      Then it was activated before
      And 1 machine is activated on her license

    Scenario: The last seat
      Given her laptop and her phone are activated
      When Ada activates her tablet
      Then she is rejected because all seats are taken
      And the software does not run on her tablet because the machine is not activated

    Scenario: The same machine again when all seats are taken
      Given her laptop and her phone are activated
      When Ada activates her phone
      Then it was activated before

    Scenario: A seat that was given back
      Given her laptop and her phone are activated
      When Ada deactivates her phone
      And Ada activates her tablet
      Then it is a new activation
      And the software does not run on her phone because the machine is not activated

    Scenario: Deactivating a machine that is not activated
      When Ada deactivates her phone
      Then she is rejected because the machine has no activation

    Scenario: A machine that does not say which it is
      Then the software does not run for Ada because the fingerprint is missing

  Rule: The limit holds under concurrency

    Scenario: A hundred at once
      Given Ada holds a license:
        | machines | 5 |
      When 30 machines ask 100 times at once to be activated on Ada's license
      Then 5 machines are activated on Ada's license, and all others were rejected because all seats are taken

  Rule: The vendor may change the limit

    Background:
      Given Ada holds a license:
        | machines | 2 |
      And her laptop and her phone are activated

    Scenario: More
      When the administrator allows Ada's license 3 machines
      And Ada activates her tablet
      Then it is a new activation

    Scenario: Fewer than there are
      When the administrator allows Ada's license 1 machine
      Then the software does not run on Ada's laptop because too many machines are activated

    Scenario: Fewer, and then one machine less
      When the administrator allows Ada's license 1 machine
      And Ada deactivates her phone
      Then the software runs on her laptop

  Rule: The license key authorises requests for its license only

    Background:
      Given Ada holds a license
      And Bob holds a license

    Scenario: The owner, who has logged in
      Given Ada has logged in
      When Ada activates her laptop without the license key
      Then 1 machine is activated on her license

    Scenario: Another user with a session
      Given Bob has logged in
      When Bob activates Ada's laptop without the license key
      Then he is rejected because access is denied

    Scenario: An anonymous client
      When an anonymous client activates Ada's laptop without the license key
      Then they are rejected because authentication is required

    Scenario: The key of another license
      When Bob activates Ada's laptop with the key of Bob's license
      Then he is rejected because access is denied

  Rule: Only a license in force can be activated

    Scenario Outline: A license that is <state>
      Given Ada holds a license
      And her license has been <state>
      When Ada activates her laptop
      Then she is rejected because the state of the license forbids it

      Examples:
        | state     |
        | suspended |
        | revoked   |

    Scenario: One that is over
      Given Ada holds a license:
        | runs for | 10 days |
      When 10 days pass
      And Ada activates her laptop
      Then she is rejected because the state of the license forbids it

    Scenario: One that is in grace
      Given Ada holds a license:
        | runs for | 10 days |
        | grace    | 5 days  |
      When 10 days pass
      And Ada activates her laptop
      Then it is a new activation
