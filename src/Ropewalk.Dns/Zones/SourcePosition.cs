namespace Ropewalk.Dns.Zones;

/// <summary>Is a place in the files that a zone is read from; a line and a column are counted from it when something is told about it.</summary>
/// <param name="File">The file's number, from 0 in the order in which they were opened.</param>
/// <param name="Offset">The byte in it.</param>
public readonly record struct SourcePosition(int File, int Offset);
