Feature: How long a session lives
  A session lives while it is used: it ends after a week of silence, and after a month whatever happens.

  Background:
    Given a house in production
    And Ada has registered
    And Ada has logged in

  Rule: A week without a visit ends it, to the second

    Scenario: Just in time
      When 7 days less 1 second pass
      Then she is logged in

    Scenario: Just too late
      When 7 days pass
      Then she is logged out

    Scenario: Each visit begins the week anew
      Given 6 days pass
      And Ada comes by
      When 7 days less 1 second pass
      Then she is logged in

    Scenario: A visit after the end does not bring it back
      Given 7 days pass
      And Ada is logged out
      When she comes by
      Then she is refused because nobody is logged in

    Scenario: A new login is a new session
      Given 7 days pass
      When Ada logs in
      Then she is logged in

  Rule: A month ends it, however busy it was

    Scenario: The last second
      When Ada comes by every day for 30 days less 1 second
      Then she is logged in

    Scenario: The end
      When Ada comes by every day for 30 days
      Then she is logged out
