Feature: Importing random users
  An administrator fills an empty server with generated users.

  Background:
    Given a production server

  Rule: The requested number of users is created

    Scenario: Ten
      When the administrator imports 10 random users
      Then there are 10 accounts with a name

    Scenario: A hundred
      When the administrator imports 100 random users
      Then there are 100 accounts with a name

    Scenario: More than the maximum
      When the administrator imports 101 random users
      Then they are rejected because the number is not allowed
      And there are no accounts

    Scenario: None
      When the administrator imports 0 random users
      Then they are rejected because the number is not allowed

  Rule: Random users have no password and receive no email

    Scenario: Login is not possible
      When the administrator imports 3 random users
      Then none of them can log in

    Scenario: No email is sent
      When the administrator imports 3 random users
      Then no email reaches any of them

  Rule: Existing users stay unchanged and are not created twice

    Scenario: The same ten again
      Given the random user service always returns the same people
      And the administrator has imported 10 random users
      When the administrator imports 10 random users
      Then there are 10 accounts with a name

    Scenario: The same ten, and two more
      Given the random user service always returns the same people
      And the administrator has imported 10 random users
      When the administrator imports 12 random users
      Then 2 of them are created
      And there are 12 accounts with a name

  Rule: Only administrators import users

    Scenario: Not Ada
      Given Ada has registered and logged in
      When Ada imports 10 random users
      Then she is rejected because access is denied

    Scenario: Not an anonymous client
      When an anonymous client imports 10 random users
      Then they are rejected because authentication is required
      And there are no accounts

  Rule: An unavailable source creates no users

    Scenario: The random user service does not answer
      Given the random user service is down
      When the administrator imports 10 random users
      Then they are rejected because the random user service is down
      And there are no accounts
