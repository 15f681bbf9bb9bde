//! The database schema, one file a step, each with its way up and down.
//!
//! Migrations name tables and columns as text and never import the entities: entities move on,
//! a released migration must not.

use sea_orm_migration::prelude::*;

mod m20261125_000001_sources_and_runs;
mod m20261125_000002_records;
mod m20261125_000003_catalogue;
mod m20261126_000004_operators;
mod m20261126_000005_circuits;
mod m20261126_000006_organisations;
mod m20261130_000007_totals;
mod m20261130_000010_frozen_runs;
mod m20261130_000011_verdict_ids;
mod m20261130_000012_renamed;
mod m20261130_000014_filters;
mod m20261130_000020_sources_by_operator;
mod m20261130_000030_packed;

/// All steps, in order.
pub struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m20261125_000001_sources_and_runs::Migration),
            Box::new(m20261125_000002_records::Migration),
            Box::new(m20261125_000003_catalogue::Migration),
            Box::new(m20261126_000004_operators::Migration),
            Box::new(m20261126_000005_circuits::Migration),
            Box::new(m20261126_000006_organisations::Migration),
            Box::new(m20261130_000007_totals::Migration),
            Box::new(m20261130_000010_frozen_runs::Migration),
            Box::new(m20261130_000011_verdict_ids::Migration),
            Box::new(m20261130_000012_renamed::Migration),
            Box::new(m20261130_000014_filters::Migration),
            Box::new(m20261130_000020_sources_by_operator::Migration),
            Box::new(m20261130_000030_packed::Migration),
        ]
    }
}

/// Shorthands for the columns that every table is made of.
mod column {
    use sea_orm_migration::prelude::*;

    pub fn text(name: &'static str) -> ColumnDef {
        ColumnDef::new(name).text().not_null().take()
    }

    pub fn text_null(name: &'static str) -> ColumnDef {
        ColumnDef::new(name).text().null().take()
    }

    pub fn id(name: &'static str) -> ColumnDef {
        ColumnDef::new(name).uuid().not_null().take()
    }

    pub fn id_null(name: &'static str) -> ColumnDef {
        ColumnDef::new(name).uuid().null().take()
    }

    pub fn count(name: &'static str) -> ColumnDef {
        ColumnDef::new(name).big_integer().not_null().default(0).take()
    }

    pub fn flag(name: &'static str) -> ColumnDef {
        ColumnDef::new(name).boolean().not_null().default(false).take()
    }

    pub fn time(name: &'static str) -> ColumnDef {
        ColumnDef::new(name).timestamp_with_time_zone().not_null().take()
    }

    pub fn time_null(name: &'static str) -> ColumnDef {
        ColumnDef::new(name).timestamp_with_time_zone().null().take()
    }
}

/// An index `name` on `table` over `columns`.
fn index(
    name: &'static str,
    table: &'static str,
    columns: &[&'static str],
) -> IndexCreateStatement {
    let mut statement = Index::create().name(name).table(table).to_owned();
    for column in columns {
        statement.col(*column);
    }
    statement
}

/// A unique index `name` on `table` over `columns`.
fn unique(
    name: &'static str,
    table: &'static str,
    columns: &[&'static str],
) -> IndexCreateStatement {
    index(name, table, columns).unique().to_owned()
}

/// A composite primary key over `columns`.
fn primary(columns: &[&'static str]) -> IndexCreateStatement {
    let mut statement = Index::create();
    for column in columns {
        statement.col(*column);
    }
    statement
}
