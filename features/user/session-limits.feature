Feature: Session lifetime
  A session ends after a week without requests, and after a month in any case.

  Background:
    Given a production server
    And Ada has registered
    And Ada has logged in

  Rule: A week without requests ends a session, to the second

    Scenario: Just in time
      When 7 days less 1 second pass
      Then she is logged in

    Scenario: Just too late
      When 7 days pass
      Then she is logged out

    Scenario: Each request begins a new week
      Given 6 days pass
      And Ada sends a request
      When 7 days less 1 second pass
      Then she is logged in

    Scenario: A request after the end does not reopen it
      Given 7 days pass
      And Ada is logged out
      When she sends a request
      Then she is rejected because there is no session

    Scenario: A new login is a new session
      Given 7 days pass
      When Ada logs in
      Then she is logged in

  Rule: A month ends a session, whatever its use

    Scenario: The last second
      When Ada sends a request every day for 30 days less 1 second
      Then she is logged in

    Scenario: The end
      When Ada sends a request every day for 30 days
      Then she is logged out
