env "local" {
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
