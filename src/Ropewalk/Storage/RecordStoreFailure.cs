namespace Ropewalk.Storage;

/// <summary>Says why a record store could not do what it was asked.</summary>
public enum RecordStoreFailure
{
    /// <summary>Something else; the message says what.</summary>
    Other,

    /// <summary>Another process held the store for longer than was waited.</summary>
    Busy,

    /// <summary>More work waits than may wait.</summary>
    Overloaded,

    /// <summary>There is no room: the disk, a quota, or the store's own bound.</summary>
    Full,

    /// <summary>The store may be read only.</summary>
    ReadOnly,

    /// <summary>What is stored is damaged, or is no store.</summary>
    Corrupt,

    /// <summary>A newer release of this program has changed the store's shape.</summary>
    NewerSchema,

    /// <summary>The store has been closed.</summary>
    Closed,
}
