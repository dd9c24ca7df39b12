namespace Ropewalk.Testing.Simulated;

/// <summary>Is a piece of one direction of a connection, on its way or arrived.</summary>
internal sealed class SimSegment(SimPath path, byte[] bytes, int length, bool isEnd) : SimEvent
{
    /// <summary>Gets the bytes; more of the array may belong to nobody.</summary>
    public byte[] Bytes => bytes;

    /// <summary>Gets where unread bytes begin.</summary>
    public int Start { get; set; }

    /// <summary>Gets where they end.</summary>
    public int Length => length;

    /// <summary>Gets whether it is the end of the output.</summary>
    public bool IsEnd => isEnd;

    public override void Happen() => path.Arrive(this);
}
