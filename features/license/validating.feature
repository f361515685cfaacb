Feature: Validating a license
  An application validates a license key in one request. The result names the first reason that applies.

  Background:
    Given a production server
    And Ada has registered

  Rule: A license is for one product

    Background:
      Given Ada holds a license:
        | product | editor |

    Scenario: The product itself
      Then the product "editor" runs for Ada

    Scenario: Another product
      Then the product "viewer" does not run for Ada because the license is for another product

    Scenario: An application that does not say which it is
      Then the software runs for Ada

  Rule: A license includes its entitlements only

    Background:
      Given Ada holds a license:
        | includes | pdf, sso |

    Scenario: One thing of it
      Then Ada may use "pdf"

    Scenario: All of it
      Then Ada may use "sso, pdf"

    Scenario: More than it includes
      Then Ada may not use "pdf, audit" because the license does not include it

  Rule: A license is valid from its beginning to its end, and in the grace period

    Background:
      Given Ada holds a license:
        | begins in | 10 days |
        | runs for  | 40 days |
        | grace     | 5 days  |

    Scenario: The last second before its beginning
      When 10 days less 1 second pass
      Then the software does not run for Ada because the license has not begun
      And Ada's license is not begun

    Scenario: The first second
      When 10 days pass
      Then the software runs for Ada
      And Ada's license is active

    Scenario: The last second
      When 40 days less 1 second pass
      Then the software runs for Ada

    Scenario: The first second of grace
      When 40 days pass
      Then the software runs for Ada, with the warning that the license is in grace
      And Ada's license is in grace

    Scenario: The last second of grace
      When 45 days less 1 second pass
      Then the software runs for Ada, with the warning that the license is in grace

    Scenario: When grace is over
      When 45 days pass
      Then the software does not run for Ada because the license has expired
      And Ada's license is over

  Rule: Instances with different clocks agree on the beginning

    Scenario: A new license on an instance whose clock is behind
      Given Ada holds a license
      When the clock of the server is 2 seconds behind
      Then the software runs for Ada
      And Ada's license is active

  Rule: The first reason that applies is the result

    Scenario: Revoked and long over
      Given Ada holds a license:
        | runs for | 10 days |
      And her license has been revoked
      When 20 days pass
      Then the software does not run for Ada because the license was revoked

    Scenario: Over, and for another product
      Given Ada holds a license:
        | runs for | 10 days |
        | product  | editor  |
      When 20 days pass
      Then the product "viewer" does not run for Ada because the license is for another product

  Rule: The time of the last validation is recorded

    Scenario: The software validates its key
      Given Ada holds a license
      And 3 hours pass
      When the software runs for Ada
      Then Ada's license was last validated just now
