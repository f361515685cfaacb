Feature: House rules
  Whoever runs the house may ask for more, and for a demonstration for less.

  Rule: The house says from what age

    Scenario: Not before 21
      Given a house in production
      And the house lets in nobody under 21
      When Ada registers at the age of 20
      Then she is told
        | age must be a whole number from 21 to 130. |

    Scenario: Who is in stays in
      Given a house in production
      And Ada has registered at the age of 18
      When the house lets in nobody under 21
      Then Ada can log in
      And her record shows the age of 18

  Rule: The house says what a password may be

    Scenario: Five letters for a demonstration, common or not
      Given a house in development
      And the house takes any password of 5 characters
      When Ada registers with the password "12345"
      Then she can log in

    Scenario: Four are too few even there
      Given a house in development
      And the house takes any password of 5 characters
      When Ada registers with the password "1234"
      Then she is told
        | password must be 5 to 128 characters long. |
