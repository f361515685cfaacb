Feature: Typing the key
  Keys are read out on the telephone and typed from paper. What is surely meant is understood; what is surely wrong is
  said to be a typing error, and not an unknown key.

  Background:
    Given a house in production
    And Ada has registered
    And Ada holds a license

  Rule: What is surely meant is understood

    Scenario Outline: A key <how>
      Then the software runs for Ada who types the key <how>

      Examples:
        | how                      |
        | in small letters         |
        | without hyphens          |
        | with spaces              |
        | with O for 0 and I for 1 |

  Rule: A typing error is told apart from a key that nobody was given

    Scenario Outline: A key <how>
      Then the software does not run for Ada who types the key <how>, because the key has a typing error

      Examples:
        | how                      |
        | with a wrong letter      |
        | with two letters swapped |
        | with a letter missing    |
