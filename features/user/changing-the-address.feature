Feature: Changing the address
  The address is a login credential, so changing it takes the current password.

  Background:
    Given a production server
    And Ada has registered as "ada@example.com"
    And Ada has logged in

  Rule: The current password is required

    Scenario: With it
      When Ada changes the address to "lovelace@example.com" with her current password
      Then her record shows the address "lovelace@example.com"
      And she is logged in

    Scenario: Without it
      When Ada changes the address to "lovelace@example.com" without a password
      Then she is rejected because the current password is needed
      And her record shows the address "ada@example.com"

    Scenario: With a wrong one
      When Ada changes the address to "lovelace@example.com" with a wrong password
      Then she is rejected because the current password is needed
      And her record shows the address "ada@example.com"

    Scenario: With open administration too
      Given the server has been restarted in development with open administration
      When Ada changes the address to "lovelace@example.com" without a password
      Then she is rejected because the current password is needed

  Rule: The new address replaces the old one

    Scenario: The new one logs in
      Given Ada has changed the address to "lovelace@example.com"
      When Ada logs in as "lovelace@example.com"
      Then she is logged in

    Scenario: The old one does not
      Given Ada has changed the address to "lovelace@example.com"
      When Ada logs in as "ada@example.com"
      Then she is rejected because the address or the password is wrong

    Scenario: The old one is free
      Given Ada has changed the address to "lovelace@example.com"
      When Grace registers as "ada@example.com"
      Then Grace can log in

  Rule: A notification goes to the old address

    Scenario: In case it was not Ada
      When Ada changes the address to "lovelace@example.com" with her current password
      Then one email about the new address reaches "ada@example.com"
      And no email reaches "lovelace@example.com"

    Scenario: No notification after a rejected change
      When Ada changes the address to "lovelace@example.com" with a wrong password
      Then she is rejected because the current password is needed
      And only the welcome email reaches her

  Rule: The address must be valid and available

    Scenario: A registered address
      Given Grace has registered as "grace@example.com"
      When Ada changes the address to "GRACE@example.com" with her current password
      Then Ada is rejected because the address is taken
      And her record shows the address "ada@example.com"

    Scenario: Her own in another case
      When Ada changes the address to "Ada@Example.com" with her current password
      Then her record shows the address "Ada@Example.com"

    Scenario: No address
      When Ada changes the address to "lovelace" with her current password
      Then she gets the errors
        | email must be an email address such as ada@example.com. |

  Rule: An administrator needs no current password

    Scenario: Ada lost her old address
      When the administrator changes Ada's address to "lovelace@example.com"
      Then Ada's record shows the address "lovelace@example.com"
      And one email about the new address reaches "ada@example.com"
