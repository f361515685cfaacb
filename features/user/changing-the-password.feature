Feature: Changing the password
  Who is logged in and knows their password may choose another.

  Background:
    Given a house in production
    And Ada has registered
    And Ada has logged in on her laptop

  Rule: It takes the current password

    Scenario: With it
      When Ada changes her password
      Then she can log in
      And she cannot log in with her old password

    Scenario: Without it
      When Ada changes her password without the current one
      Then she is refused because the current password is needed
      And she can log in

    Scenario: With a wrong one
      When Ada changes her password with a wrong current one
      Then she is refused because the current password is needed
      And she can log in

  Rule: All other devices are signed out, this one stays

    Scenario: Laptop and phone
      Given Ada has logged in on her phone
      When she changes her password on her laptop
      Then she is logged in on her laptop
      And she is logged out on her phone

    Scenario: Nothing happens when it is refused
      Given Ada has logged in on her phone
      When Ada changes her password with a wrong current one
      Then she is refused because the current password is needed
      And she is logged in on her phone

  Rule: A letter tells of it

    Scenario: In case it was not Ada
      When Ada changes her password
      Then one letter about the new password reaches her

  Rule: The new one keeps the rules

    Scenario: Too short
      When Ada changes her password to "zq7-p"
      Then she is told
        | password must be 8 to 128 characters long. |

    Scenario: Her own name
      Given Ada has called herself "Augusta Ada King"
      When Ada changes her password to "augusta ada king"
      Then she is told
        | password must not be the e-mail address or the name. |

  Rule: Nobody chooses a password for somebody else

    Scenario: Not even the administrator
      When the administrator changes Ada's password
      Then they are refused because it is for the administrator to do
      And Ada can log in

    Scenario: Least of all Mallory
      Given Mallory has registered and logged in
      When Mallory changes Ada's password
      Then Mallory is refused because it is for the administrator to do
      And Ada can log in
