namespace Ropewalk.Dns.Zones.Text;

/// <summary>Says what a <see cref="MasterFileParser"/> needs.</summary>
public enum MasterFileStatus
{
    /// <summary>Nothing: all files are read to their ends.</summary>
    Done,

    /// <summary>The bytes of <see cref="MasterFileParser.WantedFile"/>, or why there are none.</summary>
    FileWanted,
}
