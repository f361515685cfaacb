Feature: Resetting a password
  A reset token sets a new password without the old one.

  Background:
    Given a production server
    And Ada has registered

  Rule: A token sets a new password

    Scenario: The new password is valid and the old one is not
      Given Ada holds a reset token
      When she resets her password
      Then she can log in
      And she cannot log in with her old password

    Scenario: A notification is sent
      Given Ada holds a reset token
      When she resets her password
      Then one email about the new password reaches her

    Scenario: The address in another case
      Given Ada holds a reset token
      When she resets her password as "ADA@Example.com"
      Then she can log in

    Scenario: Every session ends
      Given Ada has logged in on her laptop and on her phone
      And Ada holds a reset token
      When she resets her password
      Then she is logged out on her laptop
      And she is logged out on her phone

    Scenario: A reset opens no session
      Given Ada holds a reset token
      When she resets her password
      Then she has no session

    Scenario: Other people's sessions go on
      Given Grace has registered and logged in
      And Ada holds a reset token
      When Ada resets her password
      Then Grace is logged in

  Rule: A token works once

    Scenario: The second time
      Given Ada has reset her password with a token
      When she resets her password with the same token
      Then she is rejected because the token is invalid

    Scenario: Twice at the same moment
      Given Ada holds a reset token
      When her token is used twice at the same moment, for two passwords
      Then exactly one of the two passwords is valid

  Rule: A token is valid for an hour

    Scenario: Just in time
      Given Ada holds a reset token
      And 1 hour less 1 second pass
      When she resets her password
      Then she can log in

    Scenario: Just too late
      Given Ada holds a reset token
      And 1 hour passes
      When she resets her password
      Then she is rejected because the token is invalid
      And she can log in

  Rule: A newer token replaces the older one

    Scenario: The older
      Given Ada holds an older and a newer reset token
      When she resets her password with the older token
      Then she is rejected because the token is invalid

    Scenario: The newer
      Given Ada holds an older and a newer reset token
      When she resets her password with the newer token
      Then she can log in

    Scenario: Tokens of other users stay valid
      Given Grace has registered
      And Ada holds a reset token
      And Grace holds a reset token
      When Ada resets her password
      Then she can log in

  Rule: A token is for one address

    Scenario: The address of another user
      Given Mallory has registered
      And Mallory holds a reset token
      When Mallory resets Ada's password with it
      Then Mallory is rejected because the token is invalid
      And Ada can log in

    Scenario: The attempt does not consume the token
      Given Mallory has registered
      And Ada holds a reset token
      And Mallory has tried Ada's token for his own address without success
      When Ada resets her password
      Then she can log in

    Scenario: An unknown address
      Given Ada holds a reset token
      When she resets her password as "unknown@example.com"
      Then she is rejected because the token is invalid

    Scenario: A made-up token
      When Mallory resets Ada's password with a made-up token
      Then Mallory is rejected because the token is invalid
      And Ada can log in

  Rule: The password policy applies, and a rejected password does not consume the token

    Scenario: Too short
      Given Ada holds a reset token
      When she resets her password to "zq7-p"
      Then she gets the errors
        | password must be 8 to 128 characters long. |

    Scenario: Her own address
      Given Ada holds a reset token
      When she resets her password to "ada@example.com"
      Then she gets the errors
        | password must not be the email address or the name. |

    Scenario Outline: What her record says: <password>
      Given Ada has logged in
      And Ada has changed her name to "Augusta Ada King"
      And Ada holds a reset token
      When she resets her password to "<password>"
      Then she gets the errors
        | password must not be the email address or the name. |

      Examples:
        | password         |
        | augusta ada king |
        | Ada@Example.com  |

    Scenario: It is not checked with an invalid token
      When Mallory resets Ada's password to "zq7-p" with a made-up token
      Then Mallory is rejected because the token is invalid

    Scenario: Second thoughts
      Given Ada holds a reset token
      And Ada has tried to reset her password to "password123" without success
      When she resets her password
      Then she can log in

  Rule: A change of address or password removes a pending token

    Background:
      Given Ada has logged in

    Scenario: The address has changed
      Given Ada holds a reset token
      And Ada has changed the address to "lovelace@example.com"
      When she resets her password
      Then she is rejected because the token is invalid

    Scenario: The password has changed
      Given Ada holds a reset token
      And Ada has changed her password
      When she resets her password
      Then she is rejected because the token is invalid

    Scenario: The account was deleted, and the address registered again
      Given Ada holds a reset token
      And Ada has deleted her account
      And Ada has registered again
      When she resets her password
      Then she is rejected because the token is invalid
