namespace Ropewalk.Storage;

/// <summary>Says what a file is opened for.</summary>
public enum FileStoreMode
{
    /// <summary>Read what is there. The file must exist. Any number of readers may be open, beside an appender too.</summary>
    Read,

    /// <summary>Append behind what is there, and read. The file is made where it does not exist. One appender at a time.</summary>
    Append,

    /// <summary>Make the file, or empty it, then append and read. One appender at a time.</summary>
    Create,
}
