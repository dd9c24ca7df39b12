namespace Ropewalk.Dns.Zones.Text;

/// <summary>Holds the files that a zone is read from, and counts lines when something is told about one.</summary>
/// <remarks><b>Call</b>: by one thread at a time. Positions that are asked for in their order cost one pass over the files together.</remarks>
public sealed class SourceFiles
{
    private readonly List<(string Name, ReadOnlyMemory<byte> Text)> _files = [];
    private readonly Dictionary<string, int> _numbers = [];

    // Where the last line that was asked for begins.
    private SourcePosition _lineBegin;
    private int _line = 1;

    /// <summary>Gets how many files there are.</summary>
    public int Count => _files.Count;

    /// <summary>Gets the names of the files in the order in which they were opened.</summary>
    public IEnumerable<string> Names => _files.Select(file => file.Name);

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
        if (position.File != _lineBegin.File || offset < _lineBegin.Offset)
        {
            _lineBegin = new(position.File, 0);
            _line = 1;
        }

        ReadOnlySpan<byte> between = text[_lineBegin.Offset..offset];
        int last = between.LastIndexOf((byte)'\n');
        if (last >= 0)
        {
            _line += between.Count((byte)'\n');
            _lineBegin = new(position.File, _lineBegin.Offset + last + 1);
        }

        return new(_files[position.File].Name, _line, offset - _lineBegin.Offset + 1);
    }

    internal int Find(string name) => _numbers.GetValueOrDefault(name, -1);

    internal int Add(string name, ReadOnlyMemory<byte> text)
    {
        _numbers.Add(name, _files.Count);
        _files.Add((name, text));
        return _files.Count - 1;
    }
}
