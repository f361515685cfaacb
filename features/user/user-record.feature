Feature: Reading and changing a user record
  Users read and change their own record. Administrators read and change any.

  Background:
    Given a production server
    And Ada has registered and logged in

  Rule: Users read their own record only

    Scenario: Ada sees hers
      When Ada reads her record
      Then she sees her address, name, age, creation time and status, and nothing else

    Scenario: The administrator sees it
      When the administrator reads Ada's record
      Then they see her address, name, age, creation time and status, and nothing else

    Scenario: Mallory does not
      Given Mallory has registered and logged in
      When Mallory reads Ada's record
      Then Mallory is rejected because access is denied

    Scenario: The response does not reveal whether a record exists
      Given Mallory has registered and logged in
      When Mallory reads a record that does not exist
      Then he is rejected because access is denied

    Scenario: An anonymous client does not
      When an anonymous client reads Ada's record
      Then they are rejected because authentication is required

    Scenario: An administrator reads an unknown record
      When the administrator reads a record that does not exist
      Then they are rejected because there is no such user

  Rule: Users change their name and age

    Scenario: Another name
      When Ada changes her name to "Augusta Ada King"
      Then her record shows the name "Augusta Ada King"

    Scenario: No name
      When Ada removes her name
      Then her record shows no name

    Scenario: A birthday
      When Ada changes the age to 37
      Then her record shows the age of 37

    Scenario: Nothing else changes
      When Ada changes her name to "Augusta Ada King"
      Then she can log in
      And she is logged in
      And only the welcome email reaches her

    Scenario: The former address is no longer the person's, and may be the password
      When Ada changes her record to
        | address  | lovelace@example.com |
        | password | ada@example.com      |
      Then her record shows the address "lovelace@example.com"

    Scenario: All broken rules are reported at once
      When Ada changes her record to
        | address | ada   |
        | age     | 17    |
        | name    |       |
      Then she gets the errors
        | email must be an email address such as ada@example.com. |
        | age must be a whole number from 18 to 130.               |
        | name must be 1 to 200 characters on one line.            |
      And her record shows the given data

    Scenario: Mallory may not
      Given Mallory has registered and logged in
      When Mallory changes Ada's name to "Mallory's friend"
      Then Mallory is rejected because access is denied
      And Ada's record shows the given data

    Scenario: An anonymous client may not
      When an anonymous client changes Ada's name to "No one"
      Then they are rejected because authentication is required

    Scenario: The administrator may
      When the administrator changes Ada's name to "Countess of Lovelace"
      Then Ada's record shows the name "Countess of Lovelace"
