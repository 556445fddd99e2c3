"""Operations and overrides in, the catalogue of tools out."""
