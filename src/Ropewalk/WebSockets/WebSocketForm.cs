using System.Buffers;
using Ropewalk.Transports;
using Ropewalk.WebSockets.Wire;

namespace Ropewalk.WebSockets;

/// <summary>Is how a server sends bytes: one binary message, or a message for each line. Its frames have no mask, so one framing serves all.</summary>
internal sealed class WebSocketForm : SharedForm
{
    public static readonly WebSocketForm Bytes = new(isLines: false, WebSocketOpcode.Binary);
    public static readonly WebSocketForm BinaryLines = new(isLines: true, WebSocketOpcode.Binary);
    public static readonly WebSocketForm TextLines = new(isLines: true, WebSocketOpcode.Text);

    private WebSocketForm(bool isLines, WebSocketOpcode opcode)
    {
        IsLines = isLines;
        Opcode = opcode;
    }

    public bool IsLines { get; }

    public WebSocketOpcode Opcode { get; }

    public bool IsText => Opcode == WebSocketOpcode.Text;

    public override SharedBytes Make(ReadOnlySpan<byte> bytes) => Make(bytes, null);

    /// <summary>Frames bytes; what has no line break at its end is a line all the same.</summary>
    public SharedBytes Make(ReadOnlySpan<byte> bytes, Func<uint>? masks)
    {
        var writer = new PooledWriter(bytes.Length + WebSocketFrameEncoder.MaxHeaderBytes);
        if (!IsLines)
        {
            Encode(ref writer, bytes, masks);
            return writer.Take();
        }

        while (!bytes.IsEmpty)
        {
            int end = bytes.IndexOf((byte)'\n') + 1;
            ReadOnlySpan<byte> line = end == 0 ? bytes : bytes[..end];
            bytes = bytes[line.Length..];
            Encode(ref writer, WebSocketLines.Clean(WebSocketLines.WithoutBreak(line), IsText), masks);
        }

        return writer.Take();
    }

    private void Encode(ref PooledWriter writer, ReadOnlySpan<byte> payload, Func<uint>? masks) =>
        writer.Advance(WebSocketFrameEncoder.Encode(writer.GetSpan(payload.Length + WebSocketFrameEncoder.MaxHeaderBytes), Opcode, payload, masks?.Invoke()));

    private ref struct PooledWriter(int sizeHint)
    {
        private byte[] _array = ArrayPool<byte>.Shared.Rent(sizeHint);
        private int _length;

        public Span<byte> GetSpan(int count)
        {
            if (_array.Length - _length < count)
            {
                byte[] larger = ArrayPool<byte>.Shared.Rent(Math.Max(_length + count, 2 * _array.Length));
                _array.AsSpan(0, _length).CopyTo(larger);
                ArrayPool<byte>.Shared.Return(_array);
                _array = larger;
            }

            return _array.AsSpan(_length);
        }

        public void Advance(int count) => _length += count;

        public readonly SharedBytes Take() => SharedBytes.OwnPooled(_array, _length);
    }
}
