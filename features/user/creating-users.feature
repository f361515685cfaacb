Feature: Creating users
  An administrator creates accounts for other people.

  Rule: Only the address is required

    Background:
      Given a production server

    Scenario: By the address alone
      When the administrator creates an account for Grace with only an address
      Then her record shows no name
      And her record shows no age

    Scenario: Login is not possible without a password
      When the administrator creates an account for Grace with only an address
      Then she cannot log in

    Scenario: A reset gives the password
      Given the administrator has created an account for Grace with only an address
      And Grace holds a reset token
      When she resets her password
      Then she can log in

    Scenario: With everything
      When the administrator creates an account for Grace with a password, a name and an age
      Then she can log in
      And her record shows the given data

  Rule: The same rules apply as for registration

    Background:
      Given a production server

    Scenario: All broken rules at once
      When the administrator creates an account for Grace with
        | address  | grace |
        | password | zq7-p |
        | age      | 17    |
        | name     |       |
      Then they get the errors
        | email must be an email address such as ada@example.com. |
        | password must be 8 to 128 characters long.               |
        | age must be a whole number from 18 to 130.               |
        | name must be 1 to 200 characters on one line.            |
      And there are no accounts

    Scenario: The address is taken
      Given Ada has registered as "ada@example.com"
      When the administrator creates an account for Grace with
        | address | ADA@example.com |
      Then they are rejected because the address is taken

  Rule: Only administrators create users

    Background:
      Given a production server

    Scenario: Not an anonymous client
      When an anonymous client creates an account for Grace with only an address
      Then they are rejected because authentication is required
      And there are no accounts

    Scenario: Not a user with a session
      Given Ada has registered and logged in
      When Ada creates an account for Grace with only an address
      Then Ada is rejected because access is denied
      And only Ada has an account

  Rule: A development server may leave administration open

    Scenario: Every caller may where administration is open
      Given a development server
      When an anonymous client creates an account for Grace with only an address
      Then Grace has an account

    Scenario: With an administrator key
      Given a development server with an administrator
      When an anonymous client creates an account for Grace with only an address
      Then they are rejected because authentication is required
