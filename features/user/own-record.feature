Feature: One's own record
  Everybody may see and correct what the house keeps of them. Nobody else may, except the administrator.

  Background:
    Given a house in production
    And Ada has registered and logged in

  Rule: One sees one's own

    Scenario: Ada sees hers
      When Ada looks at her record
      Then she sees her address, name, age and when she came, and nothing else

    Scenario: The administrator sees it
      When the administrator looks at Ada's record
      Then they see her address, name, age and when she came, and nothing else

    Scenario: Mallory does not
      Given Mallory has registered and logged in
      When Mallory looks at Ada's record
      Then Mallory is refused because it is for the administrator to do

    Scenario: Mallory does not even learn whether there is one
      Given Mallory has registered and logged in
      When Mallory looks at a record that nobody has
      Then he is refused because it is for the administrator to do

    Scenario: A stranger does not
      When a stranger looks at Ada's record
      Then they are refused because the house does not know who is asking

    Scenario: The administrator learns that there is none
      When the administrator looks at a record that nobody has
      Then they are refused because there is no such person

  Rule: One corrects one's name and age

    Scenario: Another name
      When Ada calls herself "Augusta Ada King"
      Then her record shows the name "Augusta Ada King"

    Scenario: No name
      When Ada drops her name
      Then her record shows no name

    Scenario: A birthday
      When Ada turns 37
      Then her record shows the age of 37

    Scenario: Nothing else changes
      When Ada calls herself "Augusta Ada King"
      Then she can log in
      And she is logged in
      And only the welcome letter reaches her

    Scenario: The rules hold, and all are told at once
      When Ada changes her record to
        | address | ada   |
        | age     | 17    |
        | name    |       |
      Then she is told
        | email must be an e-mail address such as ada@example.com. |
        | age must be a whole number from 18 to 130.               |
        | name must be 1 to 200 characters on one line.            |
      And her record shows what she gave

    Scenario: Mallory may not
      Given Mallory has registered and logged in
      When Mallory calls Ada "Mallory's friend"
      Then Mallory is refused because it is for the administrator to do
      And Ada's record shows what she gave

    Scenario: A stranger may not
      When a stranger calls Ada "nobody"
      Then they are refused because the house does not know who is asking

    Scenario: The administrator may
      When the administrator calls Ada "Countess of Lovelace"
      Then Ada's record shows the name "Countess of Lovelace"
