Feature: How varied a password is
  A level tells how many kinds of characters a password uses. It is a ladder: a kind counts only where all earlier ones
  are there.

  Background:
    Given a house in production

  Rule: Each level adds a kind: lowercase letters, digits, capitals, punctuation

    Scenario Outline: <password>
      When a stranger asks how varied "<password>" is
      Then they are told level <level>

      Examples:
        | password | level |
        | abc      | 1     |
        | abc1     | 2     |
        | aB1      | 3     |
        | aB1!     | 4     |

  Rule: Eight or more of the lower two kinds alone count one level more

    Scenario Outline: <password>
      When a stranger asks how varied "<password>" is
      Then they are told level <level>

      Examples:
        | password | level |
        | abcdefg  | 1     |
        | abcdefgh | 2     |
        | abcdefg1 | 3     |
        | Abcdefg1 | 3     |

  Rule: What stands on nothing counts for nothing

    Scenario Outline: <password>
      When a stranger asks how varied "<password>" is
      Then they are told level <level>

      Examples:
        | password | level |
        |          | 0     |
        | 12345678 | 0     |
        | ABC123   | 0     |
        | Abcdefgh | 1     |
        | abc1!    | 2     |

  Rule: Only the letters of ASCII are in a kind

    Scenario Outline: <password>
      When a stranger asks how varied "<password>" is
      Then they are told level <level>

      Examples:
        | password | level |
        | пароль   | 0     |
        | abcdefgé | 1     |
