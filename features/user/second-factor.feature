Feature: Second factor
  A person adds an authenticator app to their password. From then on a log-in takes a code of that app as well, or one of
  ten recovery codes.

  Background:
    Given a production server with a sealing key
    And Ada has registered
    And Ada has logged in

  Rule: The first code of the app sets the factor up

    Scenario: The right code
      When Ada sets up a second factor
      Then she has 10 different recovery codes
      And her record shows a second factor
      And one email about the new factor reaches her

    Scenario: A wrong code
      Given Ada has begun a second factor
      When Ada confirms it with a wrong code
      Then she is rejected because the code is refused
      And her record shows no second factor
      And no email about the new factor reaches her

    Scenario: Until then the password suffices
      When Ada begins a second factor
      Then she can log in

    Scenario: Just in time
      Given Ada has begun a second factor
      And 10 minutes less 1 second pass
      When Ada confirms it with the code of her app
      Then her record shows a second factor

    Scenario: Just too late
      Given Ada has begun a second factor
      And 10 minutes pass
      When Ada confirms it with the code of her app
      Then she is rejected because no second factor waits for its code

    Scenario: Other devices are logged out
      Given Ada has logged in on her phone
      When Ada sets up a second factor
      Then she is logged out on her phone
      And she is logged in on her laptop

    Scenario: A request for another address ends, which took no factor
      Given accounts open for confirmed addresses
      And Ada has changed the address to "mallory@example.com"
      And Ada has read her emails
      When Ada sets up a second factor
      Then her record shows that no address waits
      When Ada confirms "mallory@example.com"
      Then she is rejected because the confirmation token is invalid

    Scenario: It takes a step-up
      Given 10 minutes pass
      When Ada begins a second factor
      Then she is rejected because a step-up is needed

    Scenario: An account has one
      Given Ada has set up a second factor
      When Ada begins a second factor
      Then she is rejected because there is a second factor

    Scenario: The log says so
      When Ada sets up a second factor
      Then the audit log says that Ada did "mfa.enabled" to Ada

  Rule: A log-in takes the password and a code

    Background:
      Given Ada has set up a second factor

    Scenario: The password alone
      When Ada logs in on her phone
      Then she is rejected because a code is needed
      And she is logged out on her phone

    Scenario: The code after the password
      Given Ada has been asked for her code on her phone
      When Ada enters the code of her app on her phone
      Then she is logged in on her phone

    Scenario: The password is rehashed before the code follows
      Given the hashing parameters are stronger than those of her password
      When Ada logs in on her phone
      Then she is rejected because a code is needed
      And her password has a hash with the current parameters
      When Ada enters the code of her app on her phone
      Then she is logged in on her phone

    Scenario: A failed rehash does not fail the log-in
      Given the hashing parameters are stronger than those of her password
      And the password hasher is overloaded after 1 more password
      And Ada has been asked for her code on her phone
      When Ada enters the code of her app on her phone
      Then she is logged in on her phone
      And her password has the same hash as before

    Scenario: Both at once
      Then Ada can log in with the code of her app

    Scenario: A wrong code
      Given Ada has been asked for her code on her phone
      When Ada enters a wrong code
      Then she is rejected because the code is refused
      And she is logged out on her phone

    Scenario: A right code does not make up for a wrong password
      When Ada logs in with a wrong password and the code of her app
      Then she is rejected because the address or the password is wrong

    Scenario: The code of another person
      Given Mallory has registered and logged in
      And Mallory has set up a second factor
      When Ada logs in with the code of Mallory's app
      Then she is rejected because the code is refused

    Scenario: Just in time
      Given Ada has been asked for her code on her phone
      And 5 minutes less 1 second pass
      When Ada enters the code of her app on her phone
      Then she is logged in on her phone

    Scenario: Just too late
      Given Ada has been asked for her code
      And 5 minutes pass
      When Ada enters the code of her app
      Then she is rejected because the code is refused

    Scenario: A new password in between
      Given Ada has been asked for her code on her phone
      And Ada has changed her password
      When Ada enters the code of her app
      Then she is rejected because the code is refused

    Scenario: A ban in between
      Given Ada has been asked for her code
      And Ada has been banned
      When Ada enters the code of her app
      Then she is rejected because the code is refused

  Rule: The owner learns that the password was used without the code

    Background:
      Given Ada has set up a second factor

    Scenario: On a network on which she has never logged in
      When Mallory logs in with Ada's address and password
      Then Mallory is rejected because a code is needed
      And one email about the used password reaches Ada

    Scenario: With a wrong code
      When Mallory logs in with Ada's password and a wrong code
      Then Mallory is rejected because the code is refused
      And one email about the used password reaches Ada

    Scenario: At most once a day
      Given Mallory has tried Ada's password 3 times
      And 24 hours less 1 second pass
      When Mallory logs in with Ada's address and password
      Then Mallory is rejected because a code is needed
      And one email about the used password reaches Ada

    Scenario: Again on the next day
      Given Mallory has tried Ada's password 3 times
      And 24 hours pass
      When Mallory logs in with Ada's address and password
      Then Mallory is rejected because a code is needed
      And a second email about the used password reaches Ada

    Scenario: Not on her own network
      When Ada logs in
      Then she is rejected because a code is needed
      And no email about the used password reaches her

  Rule: A code is accepted once

    Scenario: The code that set the factor up
      Given Ada has begun a second factor
      When Ada confirms it with the code of her app
      And Ada logs in with that code of her app
      Then she is rejected because the code is refused

    Scenario: A second time
      Given Ada has set up a second factor
      And Ada has logged in with the code of her app
      When Ada logs in with that code of her app
      Then she is rejected because the code is refused

    Scenario: The next code
      Given Ada has set up a second factor
      And Ada has logged in with the code of her app
      When 30 seconds pass
      Then she can log in with the code of her app

    Scenario: Often at the same moment
      Given Ada has set up a second factor
      When the code of her app is used 5 times at the same moment
      Then 1 of them is let in, and 4 are rejected because the code is refused

  Rule: The clock of the app may differ by one code

    Scenario Outline: <seconds> seconds <side>
      Given Ada has set up a second factor
      And 10 minutes pass
      When Ada logs in with the code of an app whose clock is <seconds> seconds <side>
      Then <outcome>

      Examples:
        | seconds | side   | outcome                                         |
        | 30      | behind | she is logged in                                |
        | 30      | ahead  | she is logged in                                |
        | 60      | behind | she is rejected because the code is refused     |
        | 60      | ahead  | she is rejected because the code is refused     |

  Rule: A recovery code takes the place of the app, once

    Background:
      Given Ada has set up a second factor

    Scenario: The first time
      When Ada logs in with her first recovery code
      Then she has 9 recovery codes left

    Scenario: The second time
      Given Ada has logged in with her first recovery code
      When Ada logs in with her first recovery code
      Then she is rejected because the code is refused

    Scenario: As people type it
      When Ada logs in with her first recovery code, in lower case and with spaces
      Then she has 9 recovery codes left

    Scenario: New ones take the place of the old ones
      When Ada replaces her recovery codes and logs in with an old one
      Then she is rejected because the code is refused
      And she has 10 recovery codes left

    Scenario: A new one
      When Ada replaces her recovery codes
      And Ada logs in with her first recovery code
      Then she has 9 recovery codes left

    Scenario: New ones take a step-up
      Given 10 minutes pass
      When Ada replaces her recovery codes
      Then she is rejected because a step-up is needed

  Rule: Wrong codes are limited

    Background:
      Given Ada has set up a second factor
      And Ada has been asked for her code on her phone

    Scenario: After four the right one counts
      Given Ada has entered 4 wrong codes
      When Ada enters the code of her app on her phone
      Then she is logged in on her phone

    Scenario: The fifth ends the log-in
      Given Ada has entered 5 wrong codes
      When Ada enters the code of her app
      Then she is rejected because the code is refused

    Scenario: A new log-in has to wait
      Given Ada has entered 5 wrong codes
      When Ada logs in with the code of her app
      Then she is rejected because of too many attempts, for 15 minutes

    Scenario: After the wait
      Given Ada has entered 5 wrong codes
      When 15 minutes pass
      Then she can log in with the code of her app

    Scenario: A hundred in a row
      Given Ada has slowly tried 100 wrong codes with her password
      When Ada logs in with the code of her app
      Then she is rejected because the address or the password is wrong, with the advice to reset it

    Scenario: A reset ends the series, and the log-in after it takes a code
      Given Ada has slowly tried 100 wrong codes with her password
      And Ada has reset her password with a token
      When Ada logs in
      Then she is rejected because a code is needed
      And she can log in with the code of her app

  Rule: A new password leaves the factor

    Background:
      Given Ada has set up a second factor

    Scenario: After a reset
      Given Ada has reset her password with a token
      When Ada logs in
      Then she is rejected because a code is needed

    Scenario: After a change
      Given Ada has changed her password
      When Ada logs in
      Then she is rejected because a code is needed

  Rule: A step-up takes a code too

    Background:
      Given Ada has set up a second factor
      And 10 minutes pass

    Scenario: The password alone
      When Ada steps up
      Then she is rejected because the code is refused
      And Ada cannot delete her account

    Scenario: With the code
      When Ada steps up with the code of her app
      And Ada deletes her account
      Then Ada cannot log in

    Scenario Outline: The current password in the request takes the place of none, for <what>
      When Ada <changes>
      Then she is rejected because a step-up is needed

      Examples:
        | what         | changes                                                                  |
        | the address  | changes the address to "lovelace@example.com" with her current password |
        | the password | changes her password                                                     |

    Scenario: After it the address changes
      When Ada steps up with the code of her app
      And Ada changes the address to "lovelace@example.com" with her current password
      Then her record shows the address "lovelace@example.com"

  Rule: A person removes their own factor

    Scenario: The password suffices again
      Given Ada has set up a second factor
      When Ada removes her second factor
      Then she can log in
      And her record shows no second factor
      And she has 0 recovery codes left
      And one email about the removed factor reaches her

    Scenario: It takes a step-up
      Given Ada has set up a second factor
      And 10 minutes pass
      When Ada removes her second factor
      Then she is rejected because a step-up is needed

    Scenario: There is none
      When Ada removes her second factor
      Then she is rejected because there is no second factor

  Rule: Emails about a factor that comes and goes keep no other notice from the owner

    Scenario Outline: <what>
      Given Ada has set up and removed a second factor 30 times
      When Ada <does>
      Then one <email> reaches "ada@example.com"

      Examples:
        | what           | does                                                                   | email                        |
        | A new password | changes her password                                                   | email about the new password |
        | A new address  | changes the address to "mallory@example.com" with her current password | email about the new address  |

    Scenario: The request for an address, with the token that cancels it
      Given accounts open for confirmed addresses
      And Grace has opened an account
      And Grace has logged in
      And Grace has set up and removed a second factor 30 times
      When Grace changes the address to "mallory@example.com" with her current password
      Then one email about the requested change reaches "grace@example.com"

    Scenario: They are limited themselves
      Given Ada has set up and removed a second factor 30 times
      Then 41 emails reach "ada@example.com"

  Rule: An admin removes the factor of a person who has lost it

    Background:
      Given Ada has set up a second factor
      And Grace has registered

    Scenario: Sessions and password go along
      Given Grace works as "admin"
      When Grace removes Ada's second factor
      Then Ada is logged out
      And she cannot log in

    Scenario: A request for another address ends too
      Given accounts open for confirmed addresses
      And Grace works as "admin"
      And Ada changes the address to "mallory@example.com" with her current password
      And Ada has read her emails
      When Grace removes Ada's second factor
      Then Ada's record shows that no address waits
      When Ada confirms "mallory@example.com"
      Then she is rejected because the confirmation token is invalid

    Scenario: The person sets a new password, which suffices
      Given Grace works as "admin"
      When Grace removes Ada's second factor
      And Ada resets her password with the token in her email
      Then she can log in

    Scenario: The email says what was removed
      Given Grace works as "admin"
      When Grace removes Ada's second factor
      Then an email to "ada@example.com" says "second factor of this account was removed, and its password too"
      And no email to "ada@example.com" says "stays unchanged"

    Scenario: Ada has none any more
      Given Grace works as "admin"
      When Grace removes Ada's second factor
      Then Ada's record shows no second factor
      When Grace removes Ada's second factor
      Then Grace is rejected because there is no second factor

    Scenario Outline: Not <role>
      Given Grace works as "<role>"
      When Grace removes Ada's second factor
      Then Grace is rejected because access is denied

      Examples:
        | role    |
        | support |
        | reader  |

    Scenario: Not another person
      Given Grace has logged in
      When Grace removes Ada's second factor
      Then Grace is rejected because access is denied

    Scenario: It takes a step-up
      Given Grace works as "admin"
      And 10 minutes pass
      When Grace removes Ada's second factor
      Then Grace is rejected because a step-up is needed

  Rule: The operator requires a second factor of staff

    Background:
      Given Grace has registered
      And Grace works as "admin"

    Scenario: Staff set it up first
      Given the server requires a second factor of staff
      When Grace reads the list 5 a page
      Then Grace is rejected because a second factor must be set up first

    Scenario: After that they work
      Given the server requires a second factor of staff
      And Grace has set up a second factor
      When Grace reads the list 5 a page
      Then she has seen Ada and Grace on 1 page

    Scenario: They keep it
      Given the server requires a second factor of staff
      And Grace has set up a second factor
      When Grace removes her second factor
      Then Grace is rejected because the second factor is required

    Scenario: Other people need none
      Given the server requires a second factor of staff
      When Ada changes Ada's name to "Ada Lovelace"
      Then Ada's record shows the name "Ada Lovelace"

    Scenario: Other people may remove theirs
      Given the server requires a second factor of staff
      And Ada has set up a second factor
      When Ada removes her second factor
      Then Ada's record shows no second factor

    Scenario: The administrator's key works on
      Given the server requires a second factor of staff
      When the administrator reads the list 5 a page
      Then they have seen Ada and Grace on 1 page

    Scenario: API tokens work on
      Given Ada holds a license
      And Grace gives the build server a token for "licenses:read"
      When the server requires a second factor of staff
      Then the build server sees Ada's license

  Rule: The operator requires a second factor of all people

    Background:
      Given the server requires a second factor of all people

    Scenario: They set it up first
      When Ada changes Ada's name to "Ada Lovelace"
      Then Ada is rejected because a second factor must be set up first
      And Ada is logged in

    Scenario: After that the account is theirs
      Given Ada has set up a second factor
      When Ada changes Ada's name to "Ada Lovelace"
      Then Ada's record shows the name "Ada Lovelace"

    Scenario: Not where administration is open
      Given the server has been restarted in development with open administration
      When Ada changes Ada's name to "Ada Lovelace"
      Then Ada's record shows the name "Ada Lovelace"

  Rule: Without the sealing key codes cannot be checked

    Scenario: None can be set up
      Given the server has lost its sealing key
      When Ada sets up a second factor
      Then she is rejected because second factors are unavailable

    Scenario: Those who need one have to wait
      Given the server has lost its sealing key
      And the server requires a second factor of all people
      When Ada changes Ada's name to "Ada Lovelace"
      Then she is rejected because second factors are unavailable

    Scenario: No log-in without the code
      Given Ada has set up a second factor
      And the server has lost its sealing key
      When Ada logs in with the code of her app
      Then she is rejected because second factors are unavailable

    Scenario: A recovery code needs no key
      Given Ada has set up a second factor
      And the server has lost its sealing key
      When Ada logs in with her first recovery code
      Then she has 9 recovery codes left

    Scenario: Without a factor nothing changes
      When the server has lost its sealing key
      Then Ada can log in
