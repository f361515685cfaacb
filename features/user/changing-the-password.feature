Feature: Changing the password
  A logged-in user changes the password with the current one.

  Background:
    Given a production server
    And Ada has registered
    And Ada has logged in on her laptop

  Rule: The current password is required

    Scenario: With it
      When Ada changes her password
      Then she can log in
      And she cannot log in with her old password

    Scenario: Without it
      When Ada changes her password without the current one
      Then she is rejected because the current password is needed
      And she can log in

    Scenario: With a wrong one
      When Ada changes her password with a wrong current one
      Then she is rejected because the current password is needed
      And she can log in

  Rule: All other sessions end

    Scenario: Laptop and phone
      Given Ada has logged in on her phone
      When she changes her password on her laptop
      Then she is logged in on her laptop
      And she is logged out on her phone

    Scenario: A rejected change ends no session
      Given Ada has logged in on her phone
      When Ada changes her password with a wrong current one
      Then she is rejected because the current password is needed
      And she is logged in on her phone

  Rule: A notification is sent

    Scenario: In case it was not Ada
      When Ada changes her password
      Then one email about the new password reaches her

  Rule: The password policy applies

    Scenario: Too short
      When Ada changes her password to "zq7-p"
      Then she gets the errors
        | password must be 8 to 128 characters long. |

    Scenario: Her own name
      Given Ada has changed her name to "Augusta Ada King"
      When Ada changes her password to "augusta ada king"
      Then she gets the errors
        | password must not be the email address or the name. |

  Rule: Users set their own password only

    Scenario: Not even the administrator
      When the administrator changes Ada's password
      Then they are rejected because access is denied
      And Ada can log in

    Scenario: Least of all Mallory
      Given Mallory has registered and logged in
      When Mallory changes Ada's password
      Then Mallory is rejected because access is denied
      And Ada can log in
