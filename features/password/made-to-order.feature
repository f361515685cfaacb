Feature: A password made to order
  Whoever asks gets a password as long and as varied as they like. Nothing is kept of it.

  Background:
    Given a house in production

  Rule: Each kind of its complexity is in it, and none above

    Scenario Outline: Complexity <complexity>
      When a stranger asks for a password of 12 characters and complexity <complexity>
      Then they get 12 characters of <kinds>

      Examples:
        | complexity | kinds                                               |
        | 1          | lowercase letters                                   |
        | 2          | lowercase letters, digits                           |
        | 3          | lowercase letters, digits, capitals                 |
        | 4          | lowercase letters, digits, capitals and punctuation |

    Scenario: The shortest that can hold them all
      When a stranger asks for a password of 4 characters and complexity 4
      Then they get 4 characters of lowercase letters, digits, capitals and punctuation

    Scenario: The longest
      When a stranger asks for a password of 128 characters and complexity 1
      Then they get 128 characters of lowercase letters

  Rule: A long simple one checks as one level more

    Scenario Outline: <length> characters of complexity <complexity>
      When a stranger asks for a password of <length> characters and complexity <complexity>
      Then theirs checks as level <level>

      Examples:
        | length | complexity | level |
        | 7      | 1          | 1     |
        | 8      | 1          | 2     |
        | 7      | 2          | 2     |
        | 8      | 2          | 3     |
        | 8      | 3          | 3     |
        | 8      | 4          | 4     |

  Rule: What cannot be made is refused

    Scenario Outline: <length> characters of complexity <complexity>
      When a stranger asks for a password of <length> characters and complexity <complexity>
      Then they are refused because no such password can be made

      Examples:
        | length | complexity |
        | 3      | 4          |
        | 0      | 1          |
        | 129    | 4          |
        | 12     | 0          |
        | 12     | 5          |
