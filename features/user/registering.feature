Feature: Registering
  A person opens an account with an address, a password and an age.

  Background:
    Given a production server

  Rule: Valid data creates an account

    Scenario: A new account
      When Ada registers
      Then she can log in
      And her record shows the given data

    Scenario: The name may be left out
      When Ada registers without a name
      Then her record shows no name

    Scenario: The address stays as it was written
      When Ada registers as "Ada.Lovelace@Example.COM"
      Then her record shows the address "Ada.Lovelace@Example.COM"

    Scenario: Registering does not log in
      When Ada registers
      Then she has no session

  Rule: All broken rules are reported at once, and no account is created

    Scenario: Everything is wrong
      When Ada registers with
        | address  | ada   |
        | password | zq7-p |
        | age      | 17    |
        | name     |       |
      Then she gets the errors
        | email must be an email address such as ada@example.com. |
        | password must be 8 to 128 characters long.               |
        | age must be a whole number from 18 to 130.               |
        | name must be 1 to 200 characters on one line.            |
      And there are no accounts

    Scenario Outline: The age of <age> is not taken
      When Ada registers at the age of <age>
      Then she gets the errors
        | age must be a whole number from 18 to 130. |

      Examples:
        | age |
        | -1  |
        | 17  |
        | 131 |

    Scenario Outline: The age of <age> is taken
      When Ada registers at the age of <age>
      Then she can log in

      Examples:
        | age |
        | 18  |
        | 130 |

    Scenario Outline: <address> is no address
      When Ada registers as '<address>'
      Then she gets the errors
        | email must be an email address such as ada@example.com. |

      Examples:
        | address             |
        | ada                 |
        | ada@localhost       |
        | @example.com        |
        | ada@                |
        | ada love@e.com      |
        | ada..l@example.com  |
        | ada@exa_mple.com    |
        | "ada"@example.com   |
        | ada@[192.0.2.1]     |

    Scenario Outline: A password of <length> characters is too short or too long
      When Ada registers with a password of <length> characters
      Then she gets the errors
        | password must be 8 to 128 characters long. |

      Examples:
        | length |
        | 7      |
        | 129    |

    Scenario Outline: A password of <length> characters is taken
      When Ada registers with a password of <length> characters
      Then she can log in

      Examples:
        | length |
        | 8      |
        | 128    |

    Scenario Outline: Any characters make a password: <password>
      When Ada registers with the password "<password>"
      Then she can log in

      Examples:
        | password           |
        | all lower case     |
        | two  spaces  each  |
        | ひらけごま、ひらけ |
        | 🦊🦊🦊🦊🐻🐻🐻🐻   |

    Scenario Outline: "<password>" is a common password
      When Ada registers with the password "<password>"
      Then she gets the errors
        | password is one of the most common ones; choose another. |

      Examples:
        | password    |
        | password123 |
        | PassWord123 |
        | guildhall   |

    Scenario Outline: "<password>" is what her own record says
      When Ada registers with
        | address  | augusta-ada@example.com |
        | name     | Augusta King            |
        | password | <password>              |
      Then she gets the errors
        | password must not be the email address or the name. |

      Examples:
        | password                |
        | augusta-ada@example.com |
        | AUGUSTA-ADA@example.com |
        | augusta-ada             |
        | augusta king            |

  Rule: An address has one account, whatever its case

    Scenario: The address is taken
      Given Ada has registered as "ada@example.com"
      When Mallory registers as "ADA@Example.com"
      Then he is rejected because the address is taken
      And Ada can log in

    Scenario Outline: The domain in another spelling: <other>
      Given Ada has registered as "<address>"
      When Mallory registers as "<other>"
      Then he is rejected because the address is taken

      Examples:
        | address            | other                     |
        | ada@bücher.example | ada@xn--bcher-kva.example |
        | ada@example.org    | ada@ｅxample.org           |

    Scenario: Two at the same moment
      When Ada and Mallory register as "lovelace@example.com" at the same moment
      Then one of them is rejected because the address is taken

  Rule: A welcome email is sent

    Scenario: The mail server is up
      When Ada registers
      Then one welcome email reaches her

    Scenario: A mail server that is down does not prevent a registration
      Given the mail server is down
      When Ada registers
      Then she can log in
      And no email reaches her

    Scenario: The email is sent when the mail server is back
      Given the mail server was down when Ada registered
      When the mail server is back an hour later
      Then one welcome email reaches her

    Scenario: The email contains no text of the client
      When Mallory registers with
        | address | grace@example.com                 |
        | name    | Grace, win at https://evil.example |
      Then one welcome email reaches "grace@example.com"
      And no email to "grace@example.com" says "evil.example"

    Scenario: No email after a rejected registration
      When Ada registers at the age of 17
      Then she gets the errors
        | age must be a whole number from 18 to 130. |
      And no email reaches her
