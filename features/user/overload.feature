Feature: Overload of the password hasher
  Password hashing is slow on purpose. When its queue is full, further requests are rejected with the advice to retry.

  Background:
    Given a production server
    And Ada has registered

  Rule: Requests that verify or hash a password are rejected

    Scenario: Logging in
      Given the password hasher is overloaded
      When Ada logs in
      Then she is rejected because the server is overloaded

    Scenario: Logging in, a little later
      Given the password hasher is overloaded
      And Ada has been rejected for overload
      And the overload is over
      When Ada logs in
      Then she is logged in

    Scenario: Registering
      Given the password hasher is overloaded
      When Grace registers
      Then Grace is rejected because the server is overloaded
      And only Ada has an account
      And no email reaches Grace

    Scenario: Creating a user with a password
      Given the password hasher is overloaded
      When the administrator creates an account for Grace with a password, a name and an age
      Then they are rejected because the server is overloaded
      And only Ada has an account

    Scenario: Resetting
      Given Ada holds a reset token
      And the password hasher is overloaded
      When Ada resets her password
      Then she is rejected because the server is overloaded

    Scenario: The token is still good a little later
      Given Ada holds a reset token
      And the password hasher is overloaded
      And Ada has tried her token and been rejected for overload
      And the overload is over
      When Ada resets her password
      Then she can log in

    Scenario: Changing a password
      Given Ada has logged in
      And the password hasher is overloaded
      When Ada changes her password
      Then she is rejected because the server is overloaded
      And she is logged in

  Rule: An overload does not count as an attempt

    Scenario: Logging in
      Given the password hasher is overloaded
      And Ada has been rejected for overload 30 times
      And the overload is over
      When Ada logs in
      Then she is logged in

    Scenario: Resetting
      Given Ada holds a reset token
      And the password hasher is overloaded
      And Ada has tried her token and been rejected for overload 30 times
      And the overload is over
      When Ada resets her password
      Then she can log in

    Scenario: Changing the address
      Given Ada has logged in
      And the password hasher is overloaded
      And Ada has tried to change the address and been rejected for overload 30 times
      And the overload is over
      When Ada changes the address to "lovelace@example.com" with her current password
      Then her record shows the address "lovelace@example.com"

    Scenario: Registering
      Given the password hasher is overloaded
      And Grace has tried to register and been rejected for overload 300 times
      And the overload is over
      When Grace registers
      Then she can log in

    Scenario: Opening an account with the token of an email
      Given accounts open for confirmed addresses
      And Grace has asked for an account
      And the password hasher is overloaded
      And Grace has tried to open it and been rejected for overload 30 times
      And the overload is over
      When Grace opens it with the token in her email
      Then she can log in

  Rule: Other requests are not affected

    Scenario: A session goes on
      Given Ada has logged in
      When the password hasher is overloaded
      Then Ada is logged in
      And her record shows the given data

    Scenario: Creating a user with only an address
      Given the password hasher is overloaded
      When the administrator creates an account for Grace with only an address
      Then Grace has an account
