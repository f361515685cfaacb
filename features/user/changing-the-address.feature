Feature: Changing the address
  The address is what one logs in with, so changing it takes the password once more.

  Background:
    Given a house in production
    And Ada has registered as "ada@example.com"
    And Ada has logged in

  Rule: It takes the current password

    Scenario: With it
      When Ada moves to "lovelace@example.com" with her current password
      Then her record shows the address "lovelace@example.com"
      And she is logged in

    Scenario: Without it
      When Ada moves to "lovelace@example.com" without a password
      Then she is refused because the current password is needed
      And her record shows the address "ada@example.com"

    Scenario: With a wrong one
      When Ada moves to "lovelace@example.com" with a wrong password
      Then she is refused because the current password is needed
      And her record shows the address "ada@example.com"

    Scenario: Even where everybody is an administrator
      Given the house has left production and opened its administration
      When Ada moves to "lovelace@example.com" without a password
      Then she is refused because the current password is needed

  Rule: From then on the new address is the one

    Scenario: The new one logs in
      Given Ada has moved to "lovelace@example.com"
      When Ada logs in as "lovelace@example.com"
      Then she is logged in

    Scenario: The old one does not
      Given Ada has moved to "lovelace@example.com"
      When Ada logs in as "ada@example.com"
      Then she is refused because the address or the password is wrong

    Scenario: The old one is free
      Given Ada has moved to "lovelace@example.com"
      When Grace registers as "ada@example.com"
      Then Grace can log in

  Rule: A letter goes to the old address

    Scenario: In case it was not Ada
      When Ada moves to "lovelace@example.com" with her current password
      Then one letter about the new address reaches "ada@example.com"
      And no letter reaches "lovelace@example.com"

    Scenario: Not when nothing came of it
      When Ada moves to "lovelace@example.com" with a wrong password
      Then she is refused because the current password is needed
      And only the welcome letter reaches her

  Rule: It must be an address, and free

    Scenario: Somebody has it
      Given Grace has registered as "grace@example.com"
      When Ada moves to "GRACE@example.com" with her current password
      Then Ada is refused because the address is taken
      And her record shows the address "ada@example.com"

    Scenario: Her own in another case
      When Ada moves to "Ada@Example.com" with her current password
      Then her record shows the address "Ada@Example.com"

    Scenario: No address
      When Ada moves to "lovelace" with her current password
      Then she is told
        | email must be an e-mail address such as ada@example.com. |

  Rule: The administrator needs no password of Ada's

    Scenario: Ada lost her old address
      When the administrator moves Ada to "lovelace@example.com"
      Then Ada's record shows the address "lovelace@example.com"
      And one letter about the new address reaches "ada@example.com"
