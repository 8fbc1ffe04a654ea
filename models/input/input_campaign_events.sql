{{ input_table() }}
