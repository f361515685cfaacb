Feature: Daily counts
  The overview of the console shows the licenses, seats, validations and log-ins of today and of the last 30 days. The worker
  keeps one count for each day, so that no page counts what is stored.

  Background:
    Given a production server
    And Ada and Bob have registered
    And Bob works as "reader"

  Scenario: Before anything has happened
    When the worker has counted
    Then Bob sees on the overview
      | active licenses      | 0, 0 issued, 0 ended in 30 days |
      | seats in use         | 0, of 0 sold                    |
      | validations today    | 0, 0 in 30 days                 |
      | failed log-ins today | 0, 0 in 30 days                 |

  Scenario: A day on which licenses are sold and used
    Given Ada holds a license:
      | machines | 5 |
    And Ada's laptop is activated
    And the software runs on Ada's laptop
    And the software does not run on Ada's phone because the machine is not activated
    When Ada logs in with "not her pass phrase"
    Then she is rejected because the address or the password is wrong
    When the worker has counted
    Then Bob sees on the overview
      | active licenses      | 1, 1 issued, 0 ended in 30 days |
      | seats in use         | 1, of 5 sold                    |
      | validations today    | 2, 2 in 30 days                 |
      | failed log-ins today | 1, 1 in 30 days                 |

  Scenario: A license for any number of machines sells no number of seats
    Given Ada holds a license
    And Ada's laptop is activated
    When the worker has counted
    Then Bob sees on the overview
      | active licenses      | 1, 1 issued, 0 ended in 30 days |
      | seats in use         | 0, of 0 sold                    |
      | validations today    | 0, 0 in 30 days                 |
      | failed log-ins today | 0, 0 in 30 days                 |

  Scenario: The days after
    Given Ada holds a license:
      | runs for | 10 days |
    And the software runs for Ada
    And the worker has counted
    When 11 days pass
    And the worker has counted
    And Bob logs in
    Then Bob sees on the overview
      | active licenses      | 0, 1 issued, 1 ended in 30 days |
      | seats in use         | 0, of 0 sold                    |
      | validations today    | 0, 1 in 30 days                 |
      | failed log-ins today | 0, 0 in 30 days                 |

  Scenario: A renewed license has not ended
    Given Ada holds a license:
      | runs for | 10 days |
    And the worker has counted
    And 10 days pass
    And the worker has counted
    When the administrator renews Ada's license by 30 days
    And the worker has counted
    And Bob logs in
    Then Bob sees on the overview
      | active licenses      | 1, 1 issued, 0 ended in 30 days |
      | seats in use         | 0, of 0 sold                    |
      | validations today    | 0, 0 in 30 days                 |
      | failed log-ins today | 0, 0 in 30 days                 |

  Scenario: After 30 days only what is there now counts
    Given Ada holds a license
    And the software runs for Ada
    And the worker has counted
    When 31 days pass
    And the worker has counted
    And Bob logs in
    Then Bob sees on the overview
      | active licenses      | 1, 0 issued, 0 ended in 30 days |
      | seats in use         | 0, of 0 sold                    |
      | validations today    | 0, 0 in 30 days                 |
      | failed log-ins today | 0, 0 in 30 days                 |

  Scenario: Customers do not see it
    Given Ada has logged in
    When Ada opens the overview
    Then she is rejected because access is denied
