//! The large tables of a sweep as Parquet: typed columns, the same bytes always.
//!
//! It is made from the CSV beside it, so that the two differ in nothing but form. Nothing is compressed: dictionaries and
//! run lengths do most of that, and codecs would be more dependencies. It reads no Parquet.

use crate::experiment::durable;
use crate::experiment::durable::DiskError;
use crate::experiment::durable::Draft;
use crate::experiment::measured::SeriesColumn;
use crate::experiment::plan::SweepPlan;
use crate::experiment::tables::TABLES;
use crate::results::export::table::Column;
use csv::StringRecord;
use parquet::basic::LogicalType;
use parquet::basic::Repetition;
use parquet::basic::Type as Physical;
use parquet::column::writer::ColumnWriter;
use parquet::data_type::ByteArray;
use parquet::errors::ParquetError;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::types::Type;
use std::fs::File;
use std::path::Path;
use std::sync::Arc;
use thiserror::Error;

/// Rows of a row group: some megabytes, read and written at once.
const GROUP: usize = 65_536;

/// Why a file could not be written.
#[derive(Debug, Error)]
pub enum ParquetFileError {
    /// The disk.
    #[error(transparent)]
    Disk(#[from] DiskError),
    /// The CSV that it is made from.
    #[error(transparent)]
    Csv(#[from] csv::Error),
    /// The writer.
    #[error(transparent)]
    Parquet(#[from] ParquetError),
}

/// Writes `name`, such as `runs.parquet`, from the CSV of that name in the same folder, and tells its hash.
///
/// # Errors
/// [`ParquetFileError`].
pub fn write(
    folder: &Path,
    name: &str,
    plan: &SweepPlan,
    series: &[SeriesColumn],
) -> Result<String, ParquetFileError> {
    let csv = name.replace(".parquet", ".csv");
    let table = TABLES.iter().find(|table| table.file == csv);
    let columns = table.map_or_else(Vec::new, |table| (table.columns)(plan, series));
    let mut draft = Draft::new(folder, name)?;
    let properties = Arc::new(WriterProperties::builder().build());
    let mut reader = csv::Reader::from_path(folder.join(csv))?;
    let mut writer = SerializedFileWriter::new(draft.file(), schema(&columns)?, properties)?;
    let mut rows = Vec::new();
    let mut records = reader.records();
    loop {
        rows.clear();
        for record in records.by_ref().take(GROUP) {
            rows.push(record?);
        }
        if rows.is_empty() {
            break;
        }
        let mut group = writer.next_row_group()?;
        let mut k = 0;
        while let Some(mut column) = group.next_column()? {
            write_column(column.untyped(), k, &rows)?;
            column.close()?;
            k += 1;
        }
        group.close()?;
    }
    writer.close()?;
    draft.place()?;
    let path = folder.join(name);
    let mut hasher = blake3::Hasher::new();
    let copied = File::open(&path).and_then(|mut file| std::io::copy(&mut file, &mut hasher));
    copied.map_err(durable::at(&path))?;
    Ok(hasher.finalize().to_hex().to_string())
}

/// Every column may be empty, as in the CSV.
fn schema(columns: &[Column]) -> Result<Arc<Type>, ParquetError> {
    let mut fields = Vec::new();
    for column in columns {
        let (physical, logical) = match column.kind {
            "integer" => (Physical::INT64, None),
            "number" => (Physical::DOUBLE, None),
            _ => (Physical::BYTE_ARRAY, Some(LogicalType::String)),
        };
        let field = Type::primitive_type_builder(&column.name, physical)
            .with_repetition(Repetition::OPTIONAL)
            .with_logical_type(logical)
            .build()?;
        fields.push(Arc::new(field));
    }
    let schema = Type::group_type_builder("schema").with_fields(fields);
    Ok(Arc::new(schema.build()?))
}

fn write_column(
    writer: &mut ColumnWriter<'_>,
    k: usize,
    rows: &[StringRecord],
) -> Result<(), ParquetError> {
    let fields = || rows.iter().map(|row| row.get(k).unwrap_or_default());
    // 1 where there is a value.
    let levels: Vec<i16> = fields().map(|field| i16::from(!field.is_empty())).collect();
    let given = || fields().filter(|field| !field.is_empty());
    let wrong = |field: &str| ParquetError::General(format!("`{field}` is no number"));
    match writer {
        ColumnWriter::Int64ColumnWriter(writer) => {
            let values: Result<Vec<i64>, _> =
                given().map(|f| f.parse().map_err(|_| wrong(f))).collect();
            writer.write_batch(&values?, Some(&levels), None)?;
        }
        ColumnWriter::DoubleColumnWriter(writer) => {
            let values: Result<Vec<f64>, _> =
                given().map(|f| f.parse().map_err(|_| wrong(f))).collect();
            writer.write_batch(&values?, Some(&levels), None)?;
        }
        ColumnWriter::ByteArrayColumnWriter(writer) => {
            let values: Vec<ByteArray> = given().map(ByteArray::from).collect();
            writer.write_batch(&values, Some(&levels), None)?;
        }
        _ => {
            let message = "a column of a type that the schema does not have";
            return Err(ParquetError::General(message.to_owned()));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::experiment::fixture::plan;
    use parquet::file::reader::FileReader;
    use parquet::file::reader::SerializedFileReader;
    use parquet::record::RowAccessor;
    use std::fs;

    #[test]
    fn values_read_back_and_empty_fields_are_null() {
        let folder = tempfile::tempdir().unwrap();
        let plan = plan(&["none"], 1);
        let series = [SeriesColumn {
            name: "demand_mw".to_owned(),
            unit: "MW".to_owned(),
            about: String::new(),
        }];
        let csv = "run_id,t_s,demand_mw\n0,0,0.30000000000000004\n0,3600,\n7,0,-2\n";
        fs::write(folder.path().join("timeseries.csv"), csv).unwrap();
        let name = "timeseries.parquet";
        let hash = write(folder.path(), name, &plan, &series).unwrap();
        let bytes = fs::read(folder.path().join(name)).unwrap();
        assert_eq!(hash, blake3::hash(&bytes).to_hex().to_string());
        assert_eq!(write(folder.path(), name, &plan, &series).unwrap(), hash);
        let file = File::open(folder.path().join(name)).unwrap();
        let reader = SerializedFileReader::new(file).unwrap();
        let rows: Vec<(i64, i64, Option<f64>)> = reader
            .get_row_iter(None)
            .unwrap()
            .map(|row| {
                let row = row.unwrap();
                let whole = |k| row.get_long(k).unwrap();
                // The error of a typed read is how an empty field shows.
                (whole(0), whole(1), row.get_double(2).ok())
            })
            .collect();
        assert_eq!(
            rows,
            [
                (0, 0, Some(0.300_000_000_000_000_04)),
                (0, 3600, None),
                (7, 0, Some(-2.0)),
            ]
        );
    }

    #[test]
    fn a_field_that_is_no_number_is_told() {
        let folder = tempfile::tempdir().unwrap();
        let csv = "run_id,t_s\nmany,0\n";
        fs::write(folder.path().join("timeseries.csv"), csv).unwrap();
        let wrong = write(
            folder.path(),
            "timeseries.parquet",
            &plan(&["none"], 1),
            &[],
        );
        assert!(
            wrong
                .unwrap_err()
                .to_string()
                .contains("`many` is no number")
        );
    }
}
