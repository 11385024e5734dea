// Where migrations come from and go to. The Atlas CLI reads this file for
// PostgreSQL; the surreal blocks are Tandem's.

env "local" {
  src = "file://schema"
  url = getenv("TANDEM_POSTGRES_URL")
  migration {
    dir = "file://schema/migrations"
  }
  surreal {
    src = "file://surql/schema"
    url = getenv("TANDEM_SURREAL_URL")
    migration {
      dir = "file://surql/migrations"
    }
  }
}

// What CI runs: the same directories, with a dev server that it provides.
env "ci" {
  src = "file://schema"
  url = getenv("TANDEM_POSTGRES_URL")
  dev = getenv("TANDEM_POSTGRES_DEV_URL")
  migration {
    dir = "file://schema/migrations"
  }
  surreal {
    src = "file://surql/schema"
    url = getenv("TANDEM_SURREAL_URL")
    dev = getenv("TANDEM_SURREAL_DEV_URL")
    migration {
      dir = "file://surql/migrations"
    }
  }
}
