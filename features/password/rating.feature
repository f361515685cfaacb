Feature: Rating a password
  The level of a password is the number of its character classes. A class counts only if all classes before it are
  present.

  Background:
    Given a production server

  Rule: Each level adds a class: lowercase letters, digits, capitals, punctuation

    Scenario Outline: <password>
      When an anonymous client rates the password "<password>"
      Then they get level <level>

      Examples:
        | password | level |
        | abc      | 1     |
        | abc1     | 2     |
        | aB1      | 3     |
        | aB1!     | 4     |

  Rule: Eight or more characters of the lower two classes alone count one level more

    Scenario Outline: <password>
      When an anonymous client rates the password "<password>"
      Then they get level <level>

      Examples:
        | password | level |
        | abcdefg  | 1     |
        | abcdefgh | 2     |
        | abcdefg1 | 3     |
        | Abcdefg1 | 3     |

  Rule: A class without the classes before it does not count

    Scenario Outline: <password>
      When an anonymous client rates the password "<password>"
      Then they get level <level>

      Examples:
        | password | level |
        |          | 0     |
        | 12345678 | 0     |
        | ABC123   | 0     |
        | Abcdefgh | 1     |
        | abc1!    | 2     |

  Rule: Only ASCII characters belong to a class

    Scenario Outline: <password>
      When an anonymous client rates the password "<password>"
      Then they get level <level>

      Examples:
        | password | level |
        | пароль   | 0     |
        | abcdefgé | 1     |
