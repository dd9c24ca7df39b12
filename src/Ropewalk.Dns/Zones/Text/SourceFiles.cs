namespace Ropewalk.Dns.Zones.Text;

/// <summary>Holds the files that a zone is read from, and counts lines when something is told about one.</summary>
/// <remarks><b>Call</b>: by one thread at a time. Positions that are asked for in their order cost one pass over the files together.</remarks>
public sealed class SourceFiles
{
    private readonly List<(string Name, ReadOnlyMemory<byte> Text)> _files = [];
    private readonly Dictionary<string, int> _numbers = [];
    private readonly HashSet<string> _missing = [];

    // Of each file, the last line that was asked for and where it begins: what is wrong in two files in turn costs one pass as well.
    private readonly List<(int Line, int Begin)> _lines = [];

    /// <summary>Gets how many bytes have been gone through to count lines.</summary>
    internal long BytesCounted { get; private set; }

    /// <summary>Gets how many files there are.</summary>
    public int Count => _files.Count;

    /// <summary>Gets the names of the files in the order in which they were opened.</summary>
    public IEnumerable<string> Names => _files.Select(file => file.Name);

    /// <summary>Gets the names of those that were wanted and could not be read: with them the zone would be another.</summary>
    public IReadOnlyCollection<string> Missing => _missing;

    /// <summary>Gets the name of a file.</summary>
    public string NameOf(int file) => _files[file].Name;

    /// <summary>Gets the bytes of a file.</summary>
    public ReadOnlyMemory<byte> TextOf(int file) => _files[file].Text;

    /// <summary>Counts the line and the column of a position.</summary>
    public SourcePlace Locate(SourcePosition position)
    {
        if ((uint)position.File >= (uint)_files.Count)
        {
            return new("", 1, 1);
        }

        ReadOnlySpan<byte> text = _files[position.File].Text.Span;
        int offset = Math.Clamp(position.Offset, 0, text.Length);
        (int line, int begin) = _lines[position.File];
        if (offset < begin)
        {
            (line, begin) = (1, 0);
        }

        ReadOnlySpan<byte> between = text[begin..offset];
        BytesCounted += between.Length;
        int last = between.LastIndexOf((byte)'\n');
        if (last >= 0)
        {
            line += between.Count((byte)'\n');
            begin += last + 1;
            _lines[position.File] = (line, begin);
        }

        return new(_files[position.File].Name, line, offset - begin + 1);
    }

    internal void AddMissing(string name) => _missing.Add(name);

    internal int Find(string name) => _numbers.GetValueOrDefault(name, -1);

    internal int Add(string name, ReadOnlyMemory<byte> text)
    {
        _numbers.Add(name, _files.Count);
        _files.Add((name, text));
        _lines.Add((1, 0));
        return _files.Count - 1;
    }
}
