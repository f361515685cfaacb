Feature: Confirmed registration
  The operator may have accounts open only for people who read the emails of their address. A token in an email proves it.

  Background:
    Given a production server

  Rule: An account opens with the token of an email

    Background:
      Given accounts open for confirmed addresses

    Scenario: Asking sends an email and opens nothing
      When Ada asks for an account
      Then only the confirmation email reaches her
      And there are no accounts

    Scenario: The token opens the account
      Given Ada has asked for an account
      When Ada opens it with the token in her email
      Then she can log in
      And her record shows a confirmed address
      And one welcome email reaches her

    Scenario: Opening it does not log in
      Given Ada has asked for an account
      When Ada opens it with the token in her email
      Then she has no session

    Scenario: The address in another case
      Given Ada has asked for an account
      When Ada opens it with the token in her email as "ADA@Example.com"
      Then her record shows the address "ADA@Example.com"

    Scenario: What Mallory enters for Ada's address does not count
      Given Mallory has asked for an account of Ada's address with the password "Mallory knows this one"
      When Ada opens it with the token in her email
      Then she can log in
      When Mallory logs in with "ada@example.com" and "Mallory knows this one"
      Then he is rejected because the address or the password is wrong

  Rule: An answer does not reveal whether an address has an account

    Background:
      Given accounts open for confirmed addresses
      And Ada has opened an account

    Scenario: The email does, to its owner
      When Mallory asks for an account of Ada's address
      Then one email about the existing account reaches Ada
      And one confirmation email reaches Ada
      And only Ada has an account

    Scenario: Once a day
      Given Mallory has asked for an account of Ada's address with the password "Mallory knows this one"
      And Ada has read her emails
      And 1 day less 1 second pass
      When Mallory asks for an account of Ada's address
      Then one email about the existing account reaches Ada

    Scenario: The next day
      Given Mallory has asked for an account of Ada's address with the password "Mallory knows this one"
      And Ada has read her emails
      And 1 day passes
      When Mallory asks for an account of Ada's address
      Then a second email about the existing account reaches Ada

  Rule: A token opens one account for one address within an hour

    Background:
      Given accounts open for confirmed addresses
      And Ada has asked for an account
      And Ada has read her emails

    Scenario: A second time
      Given Ada has opened an account
      When Ada opens it with the token in her email
      Then she is rejected because no account opens with that token

    Scenario: Another address
      When Mallory opens it with the token in Ada's email
      Then Mallory is rejected because no account opens with that token
      And there are no accounts

    Scenario: A made-up token
      When Mallory opens it with a made-up token
      Then Mallory is rejected because no account opens with that token

    Scenario: Just in time
      Given 1 hour less 1 second pass
      When Ada opens it with the token in her email
      Then she can log in

    Scenario: Just too late
      Given 1 hour passes
      When Ada opens it with the token in her email
      Then she is rejected because no account opens with that token

    Scenario: It opens an account and confirms nothing else
      When Ada confirms "ada@example.com"
      Then she is rejected because the confirmation token is invalid

    Scenario: A token that confirms an address opens no account
      Given Grace has opened an account
      And Grace has changed the address to "lovelace@example.com"
      When Mallory opens an account as "lovelace@example.com" with the token sent there
      Then Mallory is rejected because no account opens with that token

    Scenario: The address was taken in the meantime
      Given the administrator has created an account for Ada with only an address
      When Ada opens it with the token in her email
      Then she is rejected because the address is taken

  Rule: Invalid data is reported early, and leaves the token good

    Background:
      Given accounts open for confirmed addresses

    Scenario: In the first step
      When Ada asks for an account with
        | password | zq7-p |
        | age      | 17    |
      Then she gets the errors
        | password must be 8 to 128 characters long. |
        | age must be a whole number from 18 to 130. |
      And no email reaches her

    Scenario: In the second
      Given Ada has asked for an account
      When Ada opens it with the token in her email and the password "zq7-p"
      Then she gets the errors
        | password must be 8 to 128 characters long. |
      When Ada opens it with the token in her email
      Then she can log in

  Rule: Registration may be closed

    Scenario: Registration is closed
      Given registration has been closed
      When Ada registers
      Then she is rejected because registration is closed
      And there are no accounts

    Scenario: Not with an earlier token
      Given accounts open for confirmed addresses
      And Ada has asked for an account
      And Ada has read her emails
      And registration has been closed
      When Ada opens it with the token in her email
      Then she is rejected because registration is closed

    Scenario: Administrators create accounts
      Given registration has been closed
      When the administrator creates an account for Ada with only an address
      Then Ada has an account

  Rule: The address of an account can be confirmed later

    Background:
      Given Ada has registered and logged in

    Scenario: At first it is not
      Then Ada's record shows an unconfirmed address

    Scenario: The token of the email confirms it
      Given Ada has asked for a confirmation of her address
      When Ada confirms "ada@example.com"
      Then her record shows a confirmed address

    Scenario: Once
      Given Ada has asked for a confirmation of her address
      And Ada has confirmed "ada@example.com"
      When Ada confirms "ada@example.com"
      Then she is rejected because the confirmation token is invalid

    Scenario: Within an hour
      Given Ada has asked for a confirmation of her address
      And Ada has read her emails
      And 1 hour passes
      When Ada confirms "ada@example.com"
      Then she is rejected because the confirmation token is invalid

    Scenario: A newer token replaces the older one
      Given Ada has asked for a confirmation of her address
      And Ada has asked for a confirmation of her address
      When Ada confirms "ada@example.com" with the older token
      Then she is rejected because the confirmation token is invalid

    Scenario: A made-up token
      When Mallory confirms an address with a made-up token
      Then he is rejected because the confirmation token is invalid

    Scenario: A confirmed address needs none
      Given Ada has asked for a confirmation of her address
      And Ada has confirmed "ada@example.com"
      When Ada asks for a confirmation of her address
      Then she is rejected because the address is confirmed already

    Scenario: A reset by email confirms it too
      Given Ada has reset her password with a token
      Then her record shows a confirmed address

    Scenario: Another person does not ask for it
      Given Mallory has registered and logged in
      When Mallory asks for a confirmation of Ada's address
      Then Mallory is rejected because access is denied

    Scenario: Staff does
      Given Grace has registered
      And Grace works as "support"
      When Grace asks for a confirmation of Ada's address
      Then one confirmation email reaches Ada

    Scenario: Requests of staff do not count on the changes that Ada makes herself
      Given Grace has registered
      And Grace works as "support"
      And Grace has asked 30 times for a confirmation of Ada's address
      When Ada changes her password
      Then she can log in
      And 22 emails reach "ada@example.com"

    Scenario: That of another person with a role is left to admins
      Given Grace has registered
      And Grace works as "support"
      And Ada works as "reader"
      When Grace asks for a confirmation of Ada's address
      Then Grace is rejected because access is denied

    Scenario: A new address is unconfirmed, where registration is open
      Given Ada has asked for a confirmation of her address
      And Ada has confirmed "ada@example.com"
      When Ada changes the address to "lovelace@example.com" with her current password
      Then her record shows an unconfirmed address

  Rule: A log-in may take a confirmed address

    Background:
      Given Ada has registered
      And a log-in takes a confirmed address

    Scenario: A right password is no failure, however often it is sent
      Given Ada has been rejected 100 times because her address is not confirmed
      When Ada logs in
      Then she is rejected because the address is not confirmed
      And no email about locked log-ins reaches her

    Scenario: An unconfirmed one
      When Ada logs in
      Then she is rejected because the address is not confirmed

    Scenario: A wrong password does not learn that
      When Ada logs in with "something else"
      Then she is rejected because the address or the password is wrong

    Scenario: A new person is asked to confirm the address first
      When Grace registers
      Then an email to "grace@example.com" says "Before you can log in, confirm this address"
      And no email to "grace@example.com" says "You can log in"
      And one confirmation email reaches Grace
      When Grace logs in
      Then she is rejected because the address is not confirmed
      When Grace confirms "grace@example.com"
      Then Grace can log in

    Scenario: A reset by email helps
      Given Ada has reset her password with a token
      Then she can log in

  Rule: A new address replaces the old one when it is confirmed

    Background:
      Given accounts open for confirmed addresses
      And Ada has opened an account
      And Ada has logged in

    Scenario: A link goes to the new one and a notice to the old one
      When Ada changes the address to "lovelace@example.com" with her current password
      Then her record shows that "lovelace@example.com" waits
      And her record shows the address "ada@example.com"
      And only the confirmation email reaches "lovelace@example.com"
      And one email about the requested change reaches "ada@example.com"

    Scenario: Until then the old one logs in
      Given Ada has changed the address to "lovelace@example.com"
      When Ada logs in as "lovelace@example.com"
      Then she is rejected because the address or the password is wrong
      And she can log in

    Scenario: After that the new one does
      Given Ada has changed the address to "lovelace@example.com"
      When Ada confirms "lovelace@example.com"
      Then her record shows the address "lovelace@example.com"
      And her record shows a confirmed address
      And her record shows that no address waits
      And she can log in

    Scenario: Just too late
      Given Ada has changed the address to "lovelace@example.com"
      And Ada has read her emails
      And 1 hour passes
      When Ada confirms "lovelace@example.com"
      Then she is rejected because the confirmation token is invalid
      And her record shows the address "ada@example.com"

    Scenario: Other news goes to the old one until then
      Given Ada has changed the address to "lovelace@example.com"
      And Ada has read her emails
      When Ada changes her password
      Then one email about the new password reaches "ada@example.com"
      And only the confirmation email reaches "lovelace@example.com"

    Scenario: Another spelling of the same address takes no confirmation
      When Ada changes the address to "Ada@Example.com" with her current password
      Then her record shows the address "Ada@Example.com"
      And her record shows a confirmed address

    Scenario: A request for the present one withdraws it, and sends nothing
      Given Ada has changed the address to "lovelace@example.com"
      And Ada has read her emails
      When Ada changes the address to "ada@example.com" with her current password
      Then her record shows that no address waits
      And the audit log says that Ada did "user.email_change_cancelled" to Ada
      And only the confirmation email reaches "lovelace@example.com"
      And one email about the requested change reaches "ada@example.com"
      When Ada confirms "lovelace@example.com"
      Then she is rejected because the confirmation token is invalid

    Scenario: The new address has been taken in the meantime
      Given Ada has changed the address to "grace@example.com"
      And Ada has read her emails
      And the administrator has created an account for Grace with only an address
      When Ada confirms "grace@example.com"
      Then Ada is rejected because the address is taken

  Rule: Asking for the address of another account looks the same, and never holds

    Background:
      Given accounts open for confirmed addresses
      And Ada has opened an account
      And Ada has logged in

    Scenario: The other account is notified, once a day
      Given Grace has opened an account
      When Ada changes the address to "grace@example.com" with her current password
      And Ada changes the address to "grace@example.com" with her current password
      Then Ada's record shows that "grace@example.com" waits
      And one email about another account reaches Grace
      And one confirmation email reaches Grace

    Scenario: It is not notified at an address that is not confirmed
      Given the administrator has created an account for Grace with only an address
      When Ada changes the address to "grace@example.com" with her current password
      Then Ada's record shows that "grace@example.com" waits
      And no email reaches Grace

  Rule: A new password ends the request for another address, which may come from a person who knew the old one

    Background:
      Given accounts open for confirmed addresses
      And Ada has opened an account
      And Ada has logged in
      And Ada has changed the address to "mallory@example.com"

    Scenario Outline: <what>
      Given Ada has read her emails
      And Ada holds a reset token
      When Ada <does>
      Then her record shows that no address waits
      When Ada confirms "mallory@example.com"
      Then she is rejected because the confirmation token is invalid
      And her record shows the address "ada@example.com"

      Examples:
        | what             | does                 |
        | A reset by email | resets her password  |
        | A change         | changes her password |

    Scenario: An email that was not sent yet is not sent any more
      When Ada changes her password
      Then no email reaches "mallory@example.com"

    Scenario: The log names the new password
      When Ada changes her password
      Then the audit log says that Ada did "user.password_changed" to Ada

    Scenario: One request for both leaves the address waiting
      When Ada changes her record to
        | address  | lovelace@example.com   |
        | password | quite another password |
      Then her record shows that "lovelace@example.com" waits

    Scenario: In one request for both, the password is not the present address, which stays for now
      When Ada changes her record to
        | address  | lovelace@example.com |
        | password | ada@example.com      |
      Then she gets the errors
        | password must not be the email address or the name. |

  Rule: The old address cancels a change for 72 hours, even after it

    Background:
      Given accounts open for confirmed addresses
      And Ada has opened an account
      And Ada has logged in
      And Ada has changed the address to "mallory@example.com"
      And Ada has read her emails

    Scenario: Before the change
      When Ada cancels the change with the token of "ada@example.com"
      Then her record shows the address "ada@example.com"
      And her record shows that no address waits
      And Ada is logged out
      And she cannot log in

    Scenario: The new address is confirmed no more
      When Ada cancels the change with the token of "ada@example.com"
      And Ada confirms "mallory@example.com"
      Then she is rejected because the confirmation token is invalid

    Scenario: After the change, just in time
      Given Ada has confirmed "mallory@example.com"
      And 72 hours less 1 second pass
      When Ada cancels the change with the token of "ada@example.com"
      Then her record shows the address "ada@example.com"
      And she cannot log in

    Scenario: After the change, just too late
      Given Ada has confirmed "mallory@example.com"
      And 72 hours pass
      When Ada cancels the change with the token of "ada@example.com"
      Then she is rejected because the confirmation token is invalid
      And her record shows the address "mallory@example.com"

    Scenario: The email says that the password was removed
      When Ada cancels the change with the token of "ada@example.com"
      Then an email to "ada@example.com" says "change of the address of this account was cancelled, and its password was removed"
      And no email to "ada@example.com" says "stays unchanged"

    Scenario: A new password is set by email
      When Ada cancels the change with the token of "ada@example.com"
      And Ada resets her password with the token in her email
      Then she can log in

    Scenario: Once
      When Ada cancels the change with the token of "ada@example.com"
      And Ada cancels the change with the token of "ada@example.com"
      Then she is rejected because the confirmation token is invalid

    Scenario: The old address has been taken in the meantime
      Given Ada has confirmed "mallory@example.com"
      And the administrator has created an account for the owner of "ada@example.com"
      When Ada cancels the change with the token of "ada@example.com"
      Then she is rejected because the address is taken

  Rule: A cancelled change takes the later ones with it, and leaves the earlier ones

    Background:
      Given accounts open for confirmed addresses
      And Ada has opened an account
      And Ada has logged in
      And Ada has changed the address to "mallory@example.com"
      And Ada has confirmed "mallory@example.com"
      And 1 minute passes

    Scenario: The address of the cancelled change cancels the next one no more
      Given Ada has changed the address to "eve@example.com"
      And Ada has read her emails
      When Ada cancels the change with the token of "ada@example.com"
      And Ada cancels the change with the token of "mallory@example.com"
      Then she is rejected because the confirmation token is invalid
      And her record shows the address "ada@example.com"

    Scenario: The notice of the next change is sent no more
      Given the mail server is down
      And Ada has changed the address to "eve@example.com"
      When Ada cancels the change with the token of "ada@example.com"
      And the mail server is back 1 hour later
      Then only the confirmation email reaches "mallory@example.com"

    Scenario: The notice of the next change is late, and the old address cancels its own change after that
      Given the mail server is down
      And Ada has changed the address to "eve@example.com"
      And 1 hour passes
      And the mail server is back 1 hour later
      And Ada has read her emails
      When Ada cancels the change with the token of "ada@example.com"
      And Ada cancels the change with the token of "mallory@example.com"
      Then she is rejected because the confirmation token is invalid
      And her record shows the address "ada@example.com"

    Scenario: A cancellation of the next change leaves the first one
      Given Ada has changed the address to "eve@example.com"
      And Ada has read her emails
      When Ada cancels the change with the token of "mallory@example.com"
      And Ada cancels the change with the token of "ada@example.com"
      Then her record shows the address "ada@example.com"

    Scenario: A change after the cancellation can be cancelled
      Given Ada cancels the change with the token of "ada@example.com"
      And 1 minute passes
      And Ada resets her password with the token in her email
      And Ada has changed the address to "lovelace@example.com"
      When Ada cancels the change with the token of "ada@example.com"
      Then her record shows that no address waits

  Rule: An address that is not confirmed gets nothing but links

    Scenario: No news of a new password
      Given Ada has registered and logged in
      And accounts open for confirmed addresses
      When Ada changes her password
      Then only the welcome email reaches her
