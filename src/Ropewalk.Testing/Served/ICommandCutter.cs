using System.Buffers;

namespace Ropewalk.Testing.Served;

/// <summary>Cuts what a connection receives into commands and what lies between them.</summary>
internal interface ICommandCutter
{
    /// <summary>Adds what has come.</summary>
    void Add(in ReadOnlySequence<byte> bytes);

    /// <summary>Takes the next piece that is whole.</summary>
    bool TryTake(out ReceivedPiece piece);

    /// <summary>Takes what is left when no more will come.</summary>
    ReadOnlyMemory<byte> TakeRest();
}
