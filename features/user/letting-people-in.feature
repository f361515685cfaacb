Feature: Letting people in
  An administrator opens an account for somebody else.

  Rule: The address is enough

    Background:
      Given a house in production

    Scenario: By the address alone
      When the administrator lets Grace in by her address alone
      Then her record shows no name
      And her record shows no age

    Scenario: Without a password nobody logs in
      When the administrator lets Grace in by her address alone
      Then she cannot log in

    Scenario: A reset gives the password
      Given the administrator has let Grace in by her address alone
      And Grace holds a reset token
      When she resets her password
      Then she can log in

    Scenario: With everything
      When the administrator lets Grace in with a password, a name and an age
      Then she can log in
      And her record shows what she gave

  Rule: The rules of the house hold for them as well

    Background:
      Given a house in production

    Scenario: All broken rules at once
      When the administrator lets Grace in with
        | address  | grace |
        | password | zq7-p |
        | age      | 17    |
        | name     |       |
      Then they are told
        | email must be an e-mail address such as ada@example.com. |
        | password must be 8 to 128 characters long.               |
        | age must be a whole number from 18 to 130.               |
        | name must be 1 to 200 characters on one line.            |
      And nobody has an account

    Scenario: The address is taken
      Given Ada has registered as "ada@example.com"
      When the administrator lets Grace in with
        | address | ADA@example.com |
      Then they are refused because the address is taken

  Rule: Nobody else lets people in

    Background:
      Given a house in production

    Scenario: Not a stranger
      When a stranger lets Grace in by her address alone
      Then they are refused because the house does not know who is asking
      And nobody has an account

    Scenario: Not somebody who is logged in
      Given Ada has registered and logged in
      When Ada lets Grace in by her address alone
      Then Ada is refused because it is for the administrator to do
      And only Ada has an account

  Rule: A house in development may leave administration open

    Scenario: Anybody may
      Given a house in development
      When a stranger lets Grace in by her address alone
      Then Grace has an account

    Scenario: Unless it has an administrator
      Given a house in development with an administrator
      When a stranger lets Grace in by her address alone
      Then they are refused because the house does not know who is asking
