Feature: License lifecycle
  Administrators suspend, reinstate, renew and change licenses. Revocation is final; a revoked license stays on record.

  Background:
    Given a production server
    And Ada has registered

  Rule: A license can be suspended and reinstated

    Scenario: It is suspended
      Given Ada holds a license
      When the administrator suspends Ada's license
      Then the software does not run for Ada because the license is suspended

    Scenario: It is reinstated
      Given Ada holds a license
      And her license has been suspended
      When the administrator reinstates Ada's license
      Then the software runs for Ada

    Scenario: It is suspended once
      Given Ada holds a license
      And her license has been suspended
      When the administrator suspends Ada's license
      Then they are rejected because the state of the license forbids it

    Scenario: An active license cannot be reinstated
      Given Ada holds a license
      When the administrator reinstates Ada's license
      Then they are rejected because the state of the license forbids it

  Rule: Revocation is final

    Background:
      Given Ada holds a license:
        | runs for | 30 days |
      And her license has been revoked

    Scenario: It stays on record
      Then Ada's license is revoked
      And the software does not run for Ada because the license was revoked

    Scenario Outline: The administrator <moves> it
      When the administrator <moves> Ada's license
      Then they are rejected because the state of the license forbids it
      And Ada's license is revoked

      Examples:
        | moves      |
        | suspends   |
        | reinstates |
        | revokes    |

    Scenario: It is not renewed
      When the administrator renews Ada's license by 10 days
      Then they are rejected because the state of the license forbids it

  Rule: A renewal adds to the remaining time, and begins now for an expired license

    Background:
      Given Ada holds a license:
        | runs for | 30 days |

    Scenario: Before its end
      When 10 days pass
      And the administrator renews Ada's license by 30 days
      Then Ada's license ends in 50 days

    Scenario: Long after its end
      When 100 days pass
      And the administrator renews Ada's license by 30 days
      Then Ada's license ends in 30 days
      And the software runs for Ada

    Scenario: To a day
      When the administrator renews Ada's license until 40 days from now
      Then Ada's license ends in 40 days

    Scenario: To a day before its end
      When the administrator renews Ada's license until 20 days from now
      Then they are rejected because the terms are invalid
      And Ada's license ends in 30 days

    Scenario: While it is suspended
      Given her license has been suspended
      When the administrator renews Ada's license by 30 days
      Then Ada's license ends in 60 days
      And Ada's license is suspended

  Rule: A license without an end needs no renewal

    Scenario: It is renewed
      Given Ada holds a license
      When the administrator renews Ada's license by 30 days
      Then they are rejected because the state of the license forbids it

  Rule: New terms may be stricter than the old ones

    Scenario: It ends at once
      Given Ada holds a license
      When the administrator ends Ada's license now
      Then the software does not run for Ada because the license has expired

  Rule: The beginning can be changed before it, and the product at any time

    Background:
      Given Ada holds a license:
        | begins in | 10 days |
        | product   | editor  |

    Scenario: It begins later
      When the administrator sets the beginning of Ada's license in 20 days
      And 15 days pass
      Then the software does not run for Ada because the license has not begun

    Scenario: It begins at once
      When the administrator sets the beginning of Ada's license in 0 days
      Then the software runs for Ada

    Scenario: After its beginning
      When 10 days pass
      And the administrator sets the beginning of Ada's license in 20 days
      Then they are rejected because the state of the license forbids it
      And the software runs for Ada

    Scenario: It was issued for the wrong product
      When 10 days pass
      And the administrator changes the product of Ada's license to "viewer"
      Then the product "viewer" runs for Ada
      And the product "editor" does not run for Ada because the license is for another product

  Rule: Administrators look a license up by its key

    Scenario: A customer reads the key out
      Given Ada holds a license
      When the administrator looks up the key of Ada's license
      Then they have found Ada's license
      And Ada's license was never validated

    Scenario: The owner tries to look it up
      Given Ada holds a license
      And Ada has logged in
      When Ada looks up the key of Ada's license
      Then she is rejected because access is denied

  Rule: Only administrators change licenses

    Scenario: The owner tries
      Given Ada holds a license
      And Ada has logged in
      When Ada suspends her license
      Then she is rejected because access is denied
