namespace Ropewalk.Transports.Memory;

/// <summary>What one end of a memory link has to learn.</summary>
[Flags]
internal enum MemorySignals
{
    None = 0,
    Readable = 1,
    Writable = 2,
    Ended = 4,
    Reset = 8,
    Flush = 16,
    Turn = 32,
}
