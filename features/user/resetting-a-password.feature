Feature: Resetting a password
  Who holds a token sets a new password, without the old one.

  Background:
    Given a house in production
    And Ada has registered

  Rule: A token sets the password

    Scenario: The new one opens the door and the old one does not
      Given Ada holds a reset token
      When she resets her password
      Then she can log in
      And she cannot log in with her old password

    Scenario: A letter tells of it
      Given Ada holds a reset token
      When she resets her password
      Then one letter about the new password reaches her

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

    Scenario: Nobody has logged in by it
      Given Ada holds a reset token
      When she resets her password
      Then she is logged in nowhere

    Scenario: Other people's sessions go on
      Given Grace has registered and logged in
      And Ada holds a reset token
      When Ada resets her password
      Then Grace is logged in

  Rule: A token works once

    Scenario: The second time
      Given Ada has reset her password with a token
      When she resets her password with the same token
      Then she is refused because the token opens nothing

    Scenario: Twice at the same moment
      Given Ada holds a reset token
      When her token is used twice at the same moment, for two passwords
      Then exactly one of the two passwords opens the door

  Rule: A token lives an hour

    Scenario: Just in time
      Given Ada holds a reset token
      And 1 hour less 1 second pass
      When she resets her password
      Then she can log in

    Scenario: Just too late
      Given Ada holds a reset token
      And 1 hour passes
      When she resets her password
      Then she is refused because the token opens nothing
      And she can log in

  Rule: A newer token voids the older

    Scenario: The older
      Given Ada holds an older and a newer reset token
      When she resets her password with the older token
      Then she is refused because the token opens nothing

    Scenario: The newer
      Given Ada holds an older and a newer reset token
      When she resets her password with the newer token
      Then she can log in

    Scenario: Only one's own
      Given Grace has registered
      And Ada holds a reset token
      And Grace holds a reset token
      When Ada resets her password
      Then she can log in

  Rule: A token serves one address

    Scenario: Somebody else's address
      Given Mallory has registered
      And Mallory holds a reset token
      When Mallory resets Ada's password with it
      Then Mallory is refused because the token opens nothing
      And Ada can log in

    Scenario: The attempt does not use it up
      Given Mallory has registered
      And Ada holds a reset token
      And Mallory has tried Ada's token for his own address in vain
      When Ada resets her password
      Then she can log in

    Scenario: An address nobody has
      Given Ada holds a reset token
      When she resets her password as "nobody@example.com"
      Then she is refused because the token opens nothing

    Scenario: A made-up token
      When Mallory resets Ada's password with a made-up token
      Then Mallory is refused because the token opens nothing
      And Ada can log in

  Rule: The new password keeps the rules, and a broken rule does not use the token up

    Scenario: Too short
      Given Ada holds a reset token
      When she resets her password to "zq7-p"
      Then she is told
        | password must be 8 to 128 characters long. |

    Scenario: Her own address
      Given Ada holds a reset token
      When she resets her password to "ada@example.com"
      Then she is told
        | password must not be the e-mail address or the name. |

    Scenario Outline: What her record says: <password>
      Given Ada has logged in
      And Ada has called herself "Augusta Ada King"
      And Ada holds a reset token
      When she resets her password to "<password>"
      Then she is told
        | password must not be the e-mail address or the name. |

      Examples:
        | password         |
        | augusta ada king |
        | Ada@Example.com  |

    Scenario: It is not looked at where the token opens nothing
      When Mallory resets Ada's password to "zq7-p" with a made-up token
      Then Mallory is refused because the token opens nothing

    Scenario: Second thoughts
      Given Ada holds a reset token
      And Ada has tried to reset her password to "password123" in vain
      When she resets her password
      Then she can log in

  Rule: A waiting token dies when its owner shows that they are well

    Background:
      Given Ada has logged in

    Scenario: The address has changed
      Given Ada holds a reset token
      And Ada has moved to "lovelace@example.com"
      When she resets her password
      Then she is refused because the token opens nothing

    Scenario: The password has changed
      Given Ada holds a reset token
      And Ada has changed her password
      When she resets her password
      Then she is refused because the token opens nothing

    Scenario: The account is gone, and somebody has come who has its address
      Given Ada holds a reset token
      And Ada has left
      And Ada has come back
      When she resets her password
      Then she is refused because the token opens nothing
