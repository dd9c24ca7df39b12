using System.Buffers;
using System.Text;

namespace Ropewalk.Tests.Sessions;

/// <summary>A line, as a slice of the input.</summary>
internal readonly record struct LineEvent(ReadOnlySequence<byte> Line)
{
    public string Text => Encoding.Latin1.GetString(Line);
}
