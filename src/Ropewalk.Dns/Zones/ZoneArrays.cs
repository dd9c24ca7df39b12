namespace Ropewalk.Dns.Zones;

/// <summary>Is what a zone consists of, as <see cref="ZoneAssembly"/> has put it together.</summary>
/// <param name="Names">The owners' names one after the other, as they were written; names without records lie within those below them.</param>
/// <param name="Nodes">The names, in canonical order.</param>
/// <param name="Sets">The record sets, in the order of their names and types.</param>
/// <param name="Pool">The records, in the order of their sets.</param>
/// <param name="Index">Finds names.</param>
/// <param name="RecordCount">How many records there are.</param>
/// <param name="MostLabels">How many labels the deepest name has.</param>
internal readonly record struct ZoneArrays(byte[] Names, ZoneNodeEntry[] Nodes, ZoneSetEntry[] Sets, byte[] Pool, NameIndex Index, int RecordCount, int MostLabels);
