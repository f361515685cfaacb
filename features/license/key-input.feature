Feature: Reading a typed license key
  Customers type license keys by hand. Common spellings are accepted, and a typing error is reported as such and not as an
  unknown key.

  Background:
    Given a production server
    And Ada has registered
    And Ada holds a license

  Rule: Common spellings are accepted

    Scenario Outline: A key <how>
      Then the software runs for Ada who types the key <how>

      Examples:
        | how                      |
        | in lower case         |
        | without hyphens          |
        | with spaces              |
        | with O for 0 and I for 1 |

  Rule: A typing error is distinguished from an unknown key

    Scenario Outline: A key <how>
      Then the software does not run for Ada who types the key <how>, because the key has a typing error

      Examples:
        | how                      |
        | with a wrong symbol      |
        | with two symbols swapped |
        | with a symbol missing    |
