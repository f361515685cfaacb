Feature: The life of a license
  It may be suspended and reinstated, renewed and amended. Once revoked it stays so, and stays on record.

  Background:
    Given a house in production
    And Ada has registered

  Rule: A suspended license rests, and may come back

    Scenario: It is suspended
      Given Ada holds a license
      When the administrator suspends Ada's license
      Then the software does not run for Ada because the license is suspended

    Scenario: It comes back
      Given Ada holds a license
      And her license has been suspended
      When the administrator reinstates Ada's license
      Then the software runs for Ada

    Scenario: It is suspended once
      Given Ada holds a license
      And her license has been suspended
      When the administrator suspends Ada's license
      Then they are refused because its license does not allow it now

    Scenario: What was not suspended does not come back
      Given Ada holds a license
      When the administrator reinstates Ada's license
      Then they are refused because its license does not allow it now

  Rule: Revoked is for ever

    Background:
      Given Ada holds a license:
        | runs for | 30 days |
      And her license has been revoked

    Scenario: It stays on record
      Then Ada's license is revoked
      And the software does not run for Ada because the license was revoked

    Scenario Outline: The administrator <moves> it
      When the administrator <moves> Ada's license
      Then they are refused because its license does not allow it now
      And Ada's license is revoked

      Examples:
        | moves      |
        | suspends   |
        | reinstates |
        | revokes    |

    Scenario: It is not renewed
      When the administrator renews Ada's license by 10 days
      Then they are refused because its license does not allow it now

  Rule: Renewing never takes time away, and never sells time that has gone

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
      Then they are refused because the terms are against the rules
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
      Then they are refused because its license does not allow it now

  Rule: New terms may be worse than the old ones

    Scenario: It ends at once
      Given Ada holds a license
      When the administrator ends Ada's license now
      Then the software does not run for Ada because the license has expired

  Rule: The beginning can be corrected until it has come, and the product at any time

    Background:
      Given Ada holds a license:
        | begins in | 10 days |
        | product   | editor  |

    Scenario: It begins later
      When the administrator lets Ada's license begin in 20 days
      And 15 days pass
      Then the software does not run for Ada because the license has not begun

    Scenario: It begins at once
      When the administrator lets Ada's license begin in 0 days
      Then the software runs for Ada

    Scenario: It has begun
      When 10 days pass
      And the administrator lets Ada's license begin in 20 days
      Then they are refused because its license does not allow it now
      And the software runs for Ada

    Scenario: It was issued for the wrong product
      When 10 days pass
      And the administrator moves Ada's license to the product "viewer"
      Then the product "viewer" runs for Ada
      And the product "editor" does not run for Ada because the license is for another product

  Rule: The administrator finds a license by its key

    Scenario: Somebody reads their key out
      Given Ada holds a license
      When the administrator looks the key of Ada's license up
      Then they have found Ada's license
      And Ada's license was never validated

    Scenario: The owner tries to look it up
      Given Ada holds a license
      And Ada has logged in
      When Ada looks the key of Ada's license up
      Then she is refused because it is for the administrator to do

  Rule: All this is for the administrator

    Scenario: The owner tries
      Given Ada holds a license
      And Ada has logged in
      When Ada suspends her license
      Then she is refused because it is for the administrator to do
