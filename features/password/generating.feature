Feature: Generating a password
  A client requests a password of a length and complexity. The server does not store it.

  Background:
    Given a production server

  Rule: The password contains all classes of its complexity, and no other

    Scenario Outline: Complexity <complexity>
      When an anonymous client requests a password of 12 characters and complexity <complexity>
      Then they get 12 characters of <kinds>

      Examples:
        | complexity | kinds                                               |
        | 1          | lowercase letters                                   |
        | 2          | lowercase letters, digits                           |
        | 3          | lowercase letters, digits, capitals                 |
        | 4          | lowercase letters, digits, capitals and punctuation |

    Scenario: The shortest that can hold them all
      When an anonymous client requests a password of 4 characters and complexity 4
      Then they get 4 characters of lowercase letters, digits, capitals and punctuation

    Scenario: The longest
      When an anonymous client requests a password of 128 characters and complexity 1
      Then they get 128 characters of lowercase letters

  Rule: Long passwords of few classes have one level more

    Scenario Outline: <length> characters of complexity <complexity>
      When an anonymous client requests a password of <length> characters and complexity <complexity>
      Then its level is <level>

      Examples:
        | length | complexity | level |
        | 7      | 1          | 1     |
        | 8      | 1          | 2     |
        | 7      | 2          | 2     |
        | 8      | 2          | 3     |
        | 8      | 3          | 3     |
        | 8      | 4          | 4     |

  Rule: Impossible combinations are rejected

    Scenario Outline: <length> characters of complexity <complexity>
      When an anonymous client requests a password of <length> characters and complexity <complexity>
      Then they are rejected because no such password is possible

      Examples:
        | length | complexity |
        | 3      | 4          |
        | 0      | 1          |
        | 129    | 4          |
        | 12     | 0          |
        | 12     | 5          |
