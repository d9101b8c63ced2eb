-- One row per sheet and named range of a connected spreadsheet: the raw table it became, or why
-- none.
--
-- materialized: view
-- key: _connection_id, spreadsheet_id, sheet_id
-- column _connection_id: text. The connection that the row came through.
-- column spreadsheet_id: text. Google's id of the spreadsheet.
-- column sheet_id: text. Google's id of the sheet or named range.
-- column spreadsheet_title: text. The spreadsheet's title.
-- column sheet_title: text. The sheet's or range's name.
-- column kind: text. sheet, named_range, object or data_source.
-- column table_name: text. Its table in raw_google_sheets; null where it became none.
-- column is_hidden: boolean. Whether people do not see it.
-- column header_row: bigint. The row of the headers, as the sheet counts.
-- column row_count: bigint. Rows beneath it.
-- column columns: json. Column names with their headers.
-- column left_out_because: text. Why it is not read.
-- column modified_at: timestamptz. When the spreadsheet last changed, UTC.
-- column extracted_at: timestamptz. When this version of the row was loaded, UTC.
-- source raw_google_sheets.sheets: spreadsheet_id text, sheet_id text, title text, kind text,
--    table_name text, is_hidden boolean, header_row bigint, row_count bigint, columns json,
--    left_out_because text, _connection_id text, _synced_at timestamptz
-- source raw_google_sheets.spreadsheet: spreadsheet_id text, title text, modified_at timestamptz,
--    _connection_id text
select
    loaded._connection_id,
    loaded.spreadsheet_id,
    loaded.sheet_id,
    books.title as spreadsheet_title,
    loaded.title as sheet_title,
    loaded.kind,
    loaded.table_name,
    coalesce(loaded.is_hidden, false) as is_hidden,
    loaded.header_row,
    loaded.row_count,
    loaded.columns,
    loaded.left_out_because,
    books.modified_at,
    loaded._synced_at as extracted_at
from raw_google_sheets.sheets as loaded
left join raw_google_sheets.spreadsheet as books
    on
        books._connection_id = loaded._connection_id
        and books.spreadsheet_id = loaded.spreadsheet_id
