using System.Buffers.Binary;

namespace Ropewalk.Dns.Wire.Edns;

/// <summary>Goes through the options of an OPT record that has been checked.</summary>
public ref struct EdnsOptionEnumerator
{
    private ReadOnlySpan<byte> _rest;

    internal EdnsOptionEnumerator(ReadOnlySpan<byte> options) => _rest = options;

    /// <summary>Gets the present option.</summary>
    public EdnsOption Current { readonly get; private set; }

    /// <summary>Goes on to the next option.</summary>
    public bool MoveNext()
    {
        if (_rest.Length < EdnsView.OptionHeadBytes)
        {
            return false;
        }

        int length = BinaryPrimitives.ReadUInt16BigEndian(_rest[2..]);
        Current = new((EdnsOptionCode)BinaryPrimitives.ReadUInt16BigEndian(_rest), _rest.Slice(EdnsView.OptionHeadBytes, length));
        _rest = _rest[(EdnsView.OptionHeadBytes + length)..];
        return true;
    }
}
